import { parseArgs } from "node:util";
import { simulateSeed } from "./simulate-seed.ts";
import { isSwitch } from "./switches.ts";

const { values } = parseArgs({
  options: { seeds: { type: "string" }, from: { type: "string" }, only: { type: "string" } },
});
const from = Number(values.from ?? 1);
const only = values.only?.split(",").filter(isSwitch);
const began = performance.now();
let made = 0,
  deleted = 0;
for (let seed = from; seed < from + Number(values.seeds ?? 100); seed++) {
  const t = performance.now();
  const result = await simulateSeed(seed, ...((only === undefined ? [] : [new Set(only)]) as []));
  made += result.made;
  deleted += result.deleted;
  if (performance.now() - t > 500)
    console.log("slow", seed, Math.round(performance.now() - t), [...result.on].join(), result.made, result.lists);
  if (result.violations.length) {
    console.log(`seed ${seed} on ${[...result.on].join(",")}`);
    for (const { invariant, at, detail } of result.violations.slice(0, 2))
      console.log(`   ${invariant} @${(at / 3600000).toFixed(2)}h ${detail}`);
  }
}
console.log(made, deleted, Math.round(performance.now() - began), "ms");
