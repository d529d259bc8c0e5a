/* What axe is asked on a page. */
window.look = {
  /* Every rule of these tags but the two that `unseen` asks for. */
  clean(tags, exclude) {
    return axe.run({exclude}, {
      runOnly: {type: "tag", values: tags},
      rules: {"color-contrast": {enabled: false}, "target-size": {enabled: false}},
      resultTypes: ["violations"],
    }).then((found) => found.violations);
  },

  /* Whether a text can be read depends on its colour, its size and what it stands on; whether something small can
     be hit, on itself and what stands beside it. Where one such has been looked at, on whatever page and in this
     theme, the next of its kind is not looked at again. Returns the new kinds and what is wrong with them. */
  unseen(theme, known) {
    document.documentElement.dataset.bsTheme = theme;
    const seen = new Set(known), fresh = [], grounds = new Map();

    const mark = (element, ...kind) => {
      const key = kind.join("|");
      if (seen.has(key)) return;
      seen.add(key);
      fresh.push(key);
      element.dataset.looked = "";
    };
    const ground = (element) => {
      if (!element) return "";
      if (!grounds.has(element)) {
        const style = getComputedStyle(element);
        const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter];
        if (!["static", "relative"].includes(style.position)) own.push(style.position, named(element));
        const covers = /^rgb\(/.test(style.backgroundColor) && style.opacity === "1";
        grounds.set(element, own.join() + (covers ? "" : ">" + ground(element.parentElement)));
      }
      return grounds.get(element);
    };
    const named = (element) => element && `${element.tagName}.${element.getAttribute("class")}`;
    const isWritten = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());

    for (const element of document.body.querySelectorAll("*")) {
      if (!element.checkVisibility({visibilityProperty: true})) continue;
      const style = getComputedStyle(element), field = element.matches("input, select, textarea");
      if (field || isWritten(element)) {
        mark(element, theme, style.color, style.fontSize, style.fontWeight, style.textShadow,
          element.matches(":disabled"), ground(element));
      }
      if (field || element.matches("a[href], button, summary, [role], [tabindex]")) {
        const {width, height} = element.getBoundingClientRect();
        const beside = [element.parentElement, element.previousElementSibling, element.nextElementSibling];
        if (width < 24 || height < 24) mark(element, width < 24, height < 24, ...[element, ...beside].map(named));
      }
    }
    if (!fresh.length) return [fresh, []];
    return axe.run({include: [["[data-looked]"]]}, {
      runOnly: {type: "rule", values: ["color-contrast", "target-size"]},
      resultTypes: ["violations"],
    }).then((found) => {
      document.querySelectorAll("[data-looked]").forEach((element) => delete element.dataset.looked);
      return [fresh, found.violations];
    });
  },
};
