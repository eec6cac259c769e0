"use strict";
// Finds a council by its name or a part of it, and calls `found` with the name.
const findCouncil = (names, found) => {
  const field = document.getElementById("find");
  const said = document.getElementById("find-said");
  document.getElementById("find-from").append(...names.map((name) =>
    Object.assign(document.createElement("option"), { value: name })));
  const find = () => {
    const wanted = field.value.trim().toLowerCase();
    said.replaceChildren();
    if (!wanted) return;
    const among = names.filter((name) => name.toLowerCase().includes(wanted));
    const name = names.find((known) => known.toLowerCase() === wanted) ?? (among.length === 1 ? among[0] : "");
    if (name) found(name, said, field);
    else said.replaceChildren(among.length
      ? `${among.length} councils have these letters in their names. Type more of the name.`
      : "No council has these letters in its name.");
  };
  document.getElementById("find-go").addEventListener("click", find);
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") find(); });
};
// Leads to the page of a council in the list of this page, or says what the list says of it.
(() => {
  const lists = document.querySelector("section[aria-labelledby=councils]");
  const finder = document.getElementById("finder");
  if (!lists || !finder) return;
  const links = new Map([...lists.querySelectorAll("th>a,dd>a")].map((link) => [link.textContent, link]));
  findCouncil([...links.keys()], (name, said) => {
    const link = links.get(name);
    const group = link.closest("div").querySelector("dt");
    if (!group) return location.assign(link.href);
    const copy = link.cloneNode(true);
    copy.removeAttribute("id");
    said.replaceChildren(copy, `: ${group.firstChild.textContent.trim().toLowerCase()}`);
  });
  finder.nextElementSibling.hidden = !(finder.hidden = false);
})();
