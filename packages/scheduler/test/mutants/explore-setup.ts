import { Coverage } from "../exploration/coverage.ts";
import { explore } from "../exploration/explore.ts";
import { setups } from "../exploration/setups.ts";

// node explore-setup.ts SETUP STATES: exits with 1 at the first fault, and prints what it breaks.
const [, , name, states] = process.argv;
const setup = setups.find((one) => one.name === name);
if (setup === undefined) throw new TypeError(`there is no setup ${name}`);
const options = { states: Number(states), settleEach: 200, coverage: new Coverage(), stopAtFault: true };
const { faults, states: walked } = explore(setup, options);
for (const { invariant, fault, life } of faults) console.log(JSON.stringify({ invariant, fault, life, walked }));
process.exitCode = faults.length > 0 ? 1 : 0;
