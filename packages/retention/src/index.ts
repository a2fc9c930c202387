export { decideRetention } from "./decide-retention.ts";
export type {
  DatedSnapshot,
  ExpiredSnapshot,
  ExpireReason,
  KeepReason,
  KeptSnapshot,
  RetentionDecision,
} from "./decision.ts";
export { type Deltas, type Generation, parseDeltas } from "./deltas.ts";
export { DeltasError, type DeltasRemark, isDeltasError } from "./deltas-error.ts";
export { describeExpireReason, describeKeepReason } from "./describe-reason.ts";
export { addDuration, averageMilliseconds, type Duration } from "./duration.ts";
export { type Forecast, type ForecastOptions, forecast } from "./forecast.ts";
export { keptPositions } from "./kept-positions.ts";
export { mistypedInterval } from "./mistyped-interval.ts";
export { standingAges } from "./standing-ages.ts";
