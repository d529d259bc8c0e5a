// The page's words, put there by the server in the page's language.
const block = document.getElementById("bh-words");
const words = block ? JSON.parse(block.textContent) : {};

export const say = (key, values = {}) =>
  (words[key] ?? key).replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);

export const csrf = () => {
  const inherited = document.body.getAttribute("hx-headers:inherited");
  if (inherited) return JSON.parse(inherited)["X-CSRFToken"];
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
};

export const ago = (seconds) => {
  if (seconds < 60) return say("seconds_ago", { n: Math.floor(seconds) });
  if (seconds < 3600) return say("minutes_ago", { n: Math.floor(seconds / 60) });
  return say("hours_ago", { n: Math.floor(seconds / 3600) });
};

export const remember = (name, value) => {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${secure}`;
};
