import "./page.css";
import type { CoverageDocument } from "./api/index.ts";

const answer = await fetch("api/v1/coverage");
const { volumes } = (await answer.json()) as CoverageDocument;
const list = document.createElement("ul");
for (const { protection, name } of volumes) {
  const item = document.createElement("li");
  item.textContent = `${name}: ${protection}`;
  list.append(item);
}
document.getElementById("main")?.replaceChildren(list);
