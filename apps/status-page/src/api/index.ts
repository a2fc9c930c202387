export type { ChangeEvent } from "./change-event.ts";
export type { CoverageDocument, CoverageSum, CoverageVolume, CoveringRule, Protection } from "./coverage-document.ts";
export type {
  Gap,
  Mark,
  MarkState,
  SlotClass,
  Timeline,
  TimelinesDocument,
} from "./timelines-document.ts";
export type { DetailDeferral, DetailEvent, DetailSnapshot, VolumeDocument } from "./volume-document.ts";
