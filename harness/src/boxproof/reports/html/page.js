"use strict";
// Draws the figures in the colours of the page, light or dark, and copies commands.
const figures = JSON.parse(document.getElementById("figures").textContent);
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

// "$bad" stands for the page's own --bad.
function coloured(value) {
  if (Array.isArray(value)) return value.map(coloured);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, coloured(each)]));
  }
  return typeof value === "string" && /^\$[a-z]+$/.test(value) ? colour(value.slice(1)) : value;
}

function axis(given) {
  return { gridcolor: colour("line"), zerolinecolor: colour("line"), automargin: true, ...given };
}

function draw() {
  const narrow = window.innerWidth < 700;
  for (const figure of figures) {
    const layout = coloured(figure.layout);
    for (const key of Object.keys(layout)) {
      if (/^[xy]axis\d*$/.test(key)) layout[key] = axis(layout[key]);
    }
    Object.assign(layout, {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: colour("text"), family: "inherit", size: narrow ? 10 : 12 },
      margin: { l: narrow ? 40 : 60, r: 10, t: 40, b: 45 },
      hoverlabel: { align: "left" },
    });
    if (narrow) {
      // Words over the drawing would lie on one another.
      layout.legend = { orientation: "h", y: -0.15 };
      layout.annotations = [];
    }
    Plotly.react(figure.id, coloured(figure.data), layout, {
      responsive: true,
      displaylogo: false,
      displayModeBar: narrow ? false : "hover",
    });
  }
}

if (figures.length) {
  draw();
  dark.addEventListener("change", draw);
}

for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
    button.textContent = "copied";
  });
}
