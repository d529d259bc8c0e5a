// Charts: <section data-chart="ID"> with [data-chart-canvas], [data-chart-data] and [data-chart-toggle]; the description is the
// JSON block #ID. ECharts is loaded only where there is one. No animation; rebuilt when the theme changes.
import { option } from "./chart-option.js";
import { say } from "./words.js";

const GROUP = "page";
const sections = [];

const load = () =>
  new Promise((done, failed) => {
    if (window.echarts) return done();
    const script = document.createElement("script");
    script.src = document.querySelector('meta[name="bh-echarts"]').content;
    script.addEventListener("load", done);
    script.addEventListener("error", failed);
    document.head.append(script);
  });

const cell = (tag, text, right) => {
  const made = document.createElement(tag);
  made.textContent = text;
  if (right) made.className = "bh-right";
  if (tag === "th") made.scope = "col";
  return made;
};

const write = (value) => (value === null || value === undefined ? "—" : value.toLocaleString("en-US", { maximumFractionDigits: 3 }).replace("-", "−"));

const table = (spec) => {
  const made = document.createElement("table");
  made.className = "bh-table";
  const shown = spec.series.filter((series) => series.kind !== "band");
  const head = made.createTHead().insertRow();
  head.append(cell("th", spec.x_name ?? ""), ...shown.map((series) => cell("th", spec.unit ? `${series.name} (${spec.unit})` : series.name, true)));
  const rows = made.createTBody();
  spec.x.forEach((x, index) => {
    const row = rows.insertRow();
    row.append(cell("td", x), ...shown.map((series) => cell("td", write(series.values[index]), true)));
  });
  return made;
};

const urlOf = (spec, event) => spec.series.find((series) => series.name === event.seriesName)?.urls?.[event.dataIndex];

const draw = (section) => {
  const { spec, canvas } = section;
  section.chart?.dispose();
  canvas.replaceChildren();
  section.chart = window.echarts.init(canvas, null, { renderer: "canvas" });
  section.chart.group = GROUP;
  section.chart.setOption(spec.option ?? option(spec));
  section.chart.on("click", (event) => {
    const url = urlOf(spec, event);
    if (url) location.assign(url);
  });
};

const toggle = (section, button) => {
  const { data, canvas, spec } = section;
  if (!data.firstElementChild) data.append(table(spec));
  const shown = data.hidden;
  data.hidden = !shown;
  canvas.hidden = shown;
  button.textContent = say(shown ? "chart" : "data_table");
  button.setAttribute("aria-expanded", shown);
  if (!shown) section.chart?.resize();
};

const start = async (element) => {
  const block = document.getElementById(element.dataset.chart);
  const canvas = element.querySelector("[data-chart-canvas]");
  if (!block || !canvas || element.dataset.drawn) return;
  element.dataset.drawn = "1";
  const section = { element, canvas, spec: JSON.parse(block.textContent), data: element.querySelector("[data-chart-data]") };
  sections.push(section);
  canvas.setAttribute("role", "img");
  if (section.spec.summary) canvas.setAttribute("aria-label", section.spec.summary);
  const button = element.querySelector("[data-chart-toggle]");
  button?.addEventListener("click", () => toggle(section, button));
  try {
    await load();
    draw(section);
    window.echarts.connect(GROUP);
    new ResizeObserver(() => section.chart?.resize()).observe(canvas);
  } catch {
    if (button && section.data?.hidden) toggle(section, button);
  }
};

const startAll = () => document.querySelectorAll("[data-chart]").forEach(start);

document.addEventListener("bh:theme", () => {
  for (const section of sections) if (section.element.isConnected && section.chart) draw(section);
});
document.addEventListener("htmx:after:swap", startAll);
startAll();
