export { deriveRules, type RuleSet } from "./derive-rules.ts";
