"use strict";
(() => {
  const bar = document.getElementById("leaf");
  if (!bar) return; // there is no message to leaf through
  const kind = document.getElementById("kind");
  const code = document.getElementById("code");
  const shown = document.getElementById("shown");
  const samples = Array.from(document.querySelectorAll("article"));
  const steps = { previous: -1, next: 1 };

  const visible = () => samples.filter((sample) => !sample.hidden);

  const filter = () => {
    for (const sample of samples) {
      const codes = sample.dataset.codes.split(" ");
      sample.hidden =
        (kind.value !== "" && sample.dataset.kind !== kind.value) ||
        (code.value !== "" && !codes.includes(code.value));
    }
    const count = visible().length;
    shown.value = `${count} of ${samples.length} shown`;
    for (const name of Object.keys(steps)) document.getElementById(name).disabled = count === 0;
  };

  let current = null; // a button has the focus while it is pressed, so this is remembered

  const goTo = (sample) => {
    current = sample;
    sample.focus({ preventScroll: true });
    sample.scrollIntoView({ block: "start" });
  };

  const step = (by) => {
    const rows = visible();
    if (rows.length === 0) return;
    const at = rows.indexOf(current);
    goTo(rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)]);
  };

  for (const sample of samples) {
    sample.addEventListener("focus", () => {
      current = sample;
    });
  }
  kind.addEventListener("change", filter);
  code.addEventListener("change", filter);
  for (const [name, by] of Object.entries(steps)) {
    document.getElementById(name).addEventListener("click", () => step(by));
  }
  for (const button of document.querySelectorAll("button[data-code]")) {
    button.addEventListener("click", () => {
      code.value = button.dataset.code;
      kind.value = "";
      filter();
      const rows = visible();
      if (rows.length > 0) goTo(rows[0]);
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("select")) return; // there, a letter chooses an option
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
  });
  bar.hidden = false;
  filter();
})();
