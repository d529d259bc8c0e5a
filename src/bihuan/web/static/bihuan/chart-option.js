// From a chart's plain description to an ECharts option in the product's own look; colours come from the tokens.
// Description: x (labels, ISO instants if time, numbers if number), unit, series [{name, kind line|bar|band|dots, values, low, high, neutral,
// dashed, urls; where x is a number also x of its own, labels of dots, plain for a line without marks}],
// limits [{name, value, tone}], grades [{from, to, tone}], breach [{from, to}], low and high of the axis.

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--bh-${name}`).trim();
const number = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 2 }).replace("-", "−");
const COLOURS = ["series-1", "series-2", "series-3", "series-4"];
const DOTS_UP_TO = 31;

const fade = (hex, share) => `${hex}${Math.round(share * 255).toString(16).padStart(2, "0")}`;

const points = (spec, values, x = spec.x) => (spec.time || spec.number ? values.map((value, index) => [x[index], value]) : values);

const dots = (spec, series, colour) => ({
  name: series.name,
  type: "scatter",
  data: points(spec, series.values, series.x).map((value, index) => ({ value, name: series.labels?.[index] })),
  color: colour,
  symbolSize: 8,
  z: 3,
  emphasis: { disabled: true },
});

const line = (spec, series, colour, index) => ({
  name: series.name,
  type: "line",
  data: points(spec, series.values, series.x),
  color: series.neutral ? token("grey") : colour,
  symbol: series.values.length <= DOTS_UP_TO && !series.plain ? "circle" : "none",
  symbolSize: 5,
  connectNulls: false,
  step: series.step ? "end" : false,
  lineStyle: { width: index ? 1.6 : 2, type: series.dashed || series.neutral || (index === 1 && !series.plain) ? "dashed" : "solid" },
  silent: series.plain === true,
  emphasis: { disabled: true },
});

const bar = (spec, series, colour) => ({
  name: series.name,
  type: "bar",
  data: points(spec, series.values),
  color: series.neutral ? token("grey") : colour,
  barWidth: 8,
  barMaxWidth: 8,
  itemStyle: { borderRadius: 2 },
  emphasis: { disabled: true },
});

const band = (spec, series, colour) => {
  const base = { type: "line", symbol: "none", stack: `band-${series.name}`, silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } };
  const height = series.high.map((high, index) => (high === null ? null : high - series.low[index]));
  return [
    { ...base, data: points(spec, series.low) },
    { ...base, data: points(spec, height), areaStyle: { color: colour, opacity: 0.14 } },
  ];
};

const limitLines = (limits) => ({
  silent: true,
  animation: false,
  symbol: "none",
  data: limits.map((limit) => ({
    yAxis: limit.value,
    lineStyle: { color: limit.tone === "grey" ? token("text-3") : token("red-text"), type: "dashed", width: 1.2 },
    label: { formatter: `${limit.name} ${number(limit.value)}`, position: "insideStartTop", color: token("text-2"), fontSize: 12 },
  })),
});

const grounds = (spec) => {
  const grades = (spec.grades ?? []).map((grade) => [
    { yAxis: grade.from, itemStyle: { color: token(grade.tone), opacity: 0.12 } },
    { yAxis: grade.to },
  ]);
  const breaches = (spec.breach ?? []).map((breach) => [
    { xAxis: breach.from, itemStyle: { color: token("red"), opacity: 0.09 } },
    { xAxis: breach.to },
  ]);
  return { silent: true, animation: false, data: [...grades, ...breaches] };
};

const breachStarts = (spec) =>
  (spec.breach ?? []).map((breach) => ({
    xAxis: breach.from,
    lineStyle: { color: token("red"), type: "solid", width: 1.2 },
    label: { show: false },
  }));

const axes = (spec) => {
  const label = { color: token("text-3"), fontSize: 12, hideOverlap: true };
  const bars = spec.series.some((series) => series.kind === "bar");
  const whole = spec.series.every((series) => (series.values ?? []).every((value) => value === null || Number.isInteger(value)));
  return {
    xAxis: {
      type: spec.time ? "time" : spec.number ? "value" : "category",
      data: spec.time || spec.number ? undefined : spec.x,
      name: spec.number ? (spec.x_name ?? "") : "",
      nameLocation: "middle",
      nameGap: 24,
      nameTextStyle: { color: token("text-3"), fontSize: 12 },
      scale: spec.number === true,
      splitNumber: 4,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: token("line") } },
      splitLine: { show: false },
      axisLabel: { ...label, interval: Math.max(0, Math.ceil(spec.x.length / 5) - 1) },
    },
    yAxis: {
      type: "value",
      name: spec.unit ?? "",
      nameTextStyle: { color: token("text-3"), fontSize: 12, align: "left" },
      nameGap: 10,
      scale: !bars && spec.zero !== true,
      min: spec.low,
      max: spec.high,
      splitNumber: 4,
      minInterval: whole ? 1 : 0,
      axisTick: { show: false },
      axisLine: { show: false },
      splitLine: { lineStyle: { color: token("line-soft") } },
      axisLabel: { ...label, formatter: number },
    },
  };
};

const tooltip = (spec) => ({
  trigger: spec.number ? "item" : "axis",
  formatter: spec.number ? (point) => `${point.name || point.seriesName}\n${point.value.map(number).join(" · ")} ${spec.unit ?? ""}` : undefined,
  renderMode: "richText",
  confine: true,
  transitionDuration: 0,
  backgroundColor: token("raised"),
  borderColor: token("line"),
  borderWidth: 1,
  padding: [6, 10],
  textStyle: { color: token("text"), fontSize: 12 },
  shadowBlur: 0,
  axisPointer: { type: "line", lineStyle: { color: token("text-3"), type: "solid", width: 1 }, animation: false },
  valueFormatter: (value) => (value === null || value === undefined ? "—" : `${number(value)} ${spec.unit ?? ""}`),
});

const drawn = (spec) => {
  const colours = new Map();
  let used = 0;
  return spec.series.flatMap((series) => {
    if (spec.number) {
      if (!colours.has(series.name)) colours.set(series.name, colours.size);
      const place = colours.get(series.name);
      const own = token(COLOURS[place % COLOURS.length]);
      return [series.kind === "dots" ? dots(spec, series, own) : line(spec, series, own, place)];
    }
    const colour = token(COLOURS[used % COLOURS.length]);
    if (series.kind === "band") return band(spec, series, colour);
    if (series.kind === "bar") return [bar(spec, series, series.neutral ? "" : token(COLOURS[used++]))];
    used += 1;
    return [line(spec, series, colour, used - 1)];
  });
};

export const option = (spec) => {
  const series = drawn(spec);
  const first = series.find((each) => !each.silent) ?? series[0];
  if (first) {
    const limits = limitLines(spec.limits ?? []);
    first.markLine = { ...limits, data: [...limits.data, ...breachStarts(spec)] };
    first.markArea = grounds(spec);
  }
  const named = spec.series.filter((each) => each.kind !== "band");
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 4, right: 12, top: named.length > 1 || spec.unit ? 30 : 10, bottom: spec.number ? 22 : 2, containLabel: true },
    legend: { show: named.length > 1, right: 0, top: 0, itemWidth: 14, itemHeight: 8, data: [...new Set(named.map((each) => each.name))], textStyle: { color: token("text-2"), fontSize: 12 } },
    tooltip: tooltip(spec),
    aria: { enabled: false },
    ...axes(spec),
    series,
    color: COLOURS.map(token),
    backgroundColor: fade("#000000", 0),
  };
};
