"use strict";
// Shows the changes that the filters choose. The choice is kept in the address, so that it can be handed on.
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const articles = [...document.querySelectorAll("article")];
  const texts = articles.map((article) => article.textContent.toLowerCase());
  const chosen = (name) => [...form.elements[name]].filter((box) => box.checked).map((box) => box.value);

  const apply = () => {
    const planes = chosen("plane");
    const levels = chosen("level");
    const tag = form.elements.tag.value;
    const text = form.elements.text.value.trim().toLowerCase();
    let count = 0;
    articles.forEach((article, index) => {
      const own = article.dataset.planes.split(" ").filter((plane) => plane);
      const shown =
        (own.length === 0 ? planes.length > 0 : own.some((plane) => planes.includes(plane))) &&
        levels.includes(article.dataset.level) &&
        (tag === "" || article.dataset.tags.split("\n").includes(tag)) &&
        texts[index].includes(text);
      article.hidden = !shown;
      count += shown;
    });
    document.getElementById("none").hidden = count > 0;
    document.getElementById("shown").textContent =
      count === articles.length ? `${count} change${count === 1 ? "" : "s"}` : `${count} of ${articles.length} changes`;
  };

  const remember = () => {
    const state = new URLSearchParams();
    for (const name of ["plane", "level"]) {
      const values = chosen(name);
      if (values.length < form.elements[name].length) state.set(name, values.join(","));
    }
    for (const name of ["tag", "text"]) {
      if (form.elements[name].value) state.set(name, form.elements[name].value);
    }
    try {
      history.replaceState(null, "", `?${state}${location.hash}`);
    } catch {
      // A page without an address of its own keeps its choice to itself.
    }
  };

  const state = new URLSearchParams(location.search);
  for (const name of ["plane", "level"]) {
    if (state.has(name)) {
      const values = state.get(name).split(",");
      for (const box of form.elements[name]) box.checked = values.includes(box.value);
    }
  }
  for (const name of ["tag", "text"]) {
    if (state.has(name)) form.elements[name].value = state.get(name);
  }
  form.addEventListener("input", () => {
    apply();
    remember();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
