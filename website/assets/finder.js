"use strict";
// Finds a council in the list of a page: leads to its page, or says what the list says of it.
(() => {
  const lists = document.querySelector("section[aria-labelledby=councils]");
  const finder = document.getElementById("finder");
  if (!lists) return;
  const links = new Map([...lists.querySelectorAll("th>a,dd>a")].map((link) => [link.textContent, link]));
  const field = document.getElementById("find");
  const said = document.getElementById("find-said");
  document.getElementById("find-from").append(...[...links.keys()].map((name) =>
    Object.assign(document.createElement("option"), { value: name })));
  const find = () => {
    const wanted = field.value.trim().toLowerCase();
    const names = [...links.keys()];
    const among = names.filter((name) => name.toLowerCase().includes(wanted));
    const name = names.find((known) => known.toLowerCase() === wanted) ?? (among.length === 1 ? among[0] : "");
    if (!name) return said.replaceChildren(wanted ? "Choose a council from the list." : "");
    const link = links.get(name);
    const group = link.closest("div").querySelector("dt");
    if (!group) return location.assign(link.href);
    const copy = link.cloneNode(true);
    copy.removeAttribute("id");
    said.replaceChildren(copy, `: ${group.firstChild.textContent.trim().toLowerCase()}`);
  };
  document.getElementById("find-go").addEventListener("click", find);
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") find(); });
  finder.nextElementSibling.hidden = !(finder.hidden = false);
})();
