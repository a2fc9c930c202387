import type { VolumeDocument } from "../api/index.ts";
import { ageInWords, dateInWords, intervalInWords } from "../model/ages.ts";
import { nextInWords } from "../model/row-words.ts";
import { nextSteps, reasonInWords, sentence } from "../model/words.ts";
import { element } from "./element.ts";

interface Step {
  readonly text: string;
  readonly small?: string;

  /** How it is marked. Default: as something that holds. */
  readonly mark?: "late" | "unprotected" | "todo" | undefined;
}

/** Who asks for snapshots, of which disk, what there is, what is wrong, what comes next. */
export function storyOf(document: VolumeDocument): HTMLElement {
  const steps = [...asked(document), ...newest(document), ...troubles(document), ...coming(document)];
  return element(
    "ol.story",
    {},
    ...steps.map(({ text, small, mark }) =>
      element(mark === undefined ? "li" : `li.${mark}`, {}, text, small ? element("small", {}, small) : undefined),
    ),
  );
}

function asked({ volume, schedule }: VolumeDocument): readonly Step[] {
  const { rule, message, reason, protection, volume: persistentVolume } = volume;
  if (rule === null) {
    const small = nextSteps[reason];
    const mark = protection === "unprotected" ? "unprotected" : undefined;
    return [{ text: sentence(message), mark, ...(small !== undefined && { small }) }];
  }
  const disk = `${rule.backend} ${rule.location}${persistentVolume === null ? "" : `, volume ${persistentVolume}`}`;
  return [
    { text: `${rule.id} asks for: ${schedule ?? rule.deltas}`, small: rule.deltas },
    { text: `The disk is ${rule.disk}`, small: disk },
  ];
}

function newest({ volume, now }: VolumeDocument): readonly Step[] {
  const { newest: date, rule, protection } = volume;
  if (rule === null) return [];
  const interval = intervalInWords(rule.intervalSeconds * 1_000);
  const mark = protection === "late" || protection === "unprotected" ? protection : undefined;
  if (date === null)
    return [{ text: "There is no good snapshot yet", small: `The schedule wants one each ${interval}`, mark }];
  const time = Date.parse(date);
  const at = Date.parse(now);
  const text = `Newest good: ${dateInWords(time, at)} UTC, ${ageInWords(at - time)} ago`;
  return [{ text, small: `The schedule wants one each ${interval}`, mark }];
}

function troubles({ volume, deferrals }: VolumeDocument): readonly Step[] {
  const { protection, message, rule, reason } = volume;
  const isSaid = deferrals.some((deferral) => message.includes(deferral.message));
  const own: Step[] =
    rule === null || protection === "protected" || isSaid
      ? []
      : [
          {
            text: sentence(message),
            small: reasonInWords(reason),
            mark: protection === "late" ? "late" : "unprotected",
          },
        ];
  return [
    ...own,
    ...deferrals.map(({ message: words, reason: why, severity, defers }): Step => {
      const small =
        defers === "nothing" ? reasonInWords(why) : `${reasonInWords(why)}: ${deferredInWords[defers]} wait`;
      const mark = severity === "error" ? "unprotected" : severity === "warning" ? "late" : undefined;
      return { text: sentence(words), small, mark };
    }),
  ];
}

const deferredInWords = {
  creation: "new snapshots",
  deletion: "deletions",
  both: "new snapshots and deletions",
} as const;

function coming({ volume, snapshots, now }: VolumeDocument): readonly Step[] {
  const at = Date.parse(now);
  const next = nextInWords(volume, at);
  const steps: Step[] = [];
  if (next !== "" && volume.dueAt !== null) {
    const small = `${dateInWords(Date.parse(volume.dueAt), at)} UTC`;
    steps.push({ text: `${volume.protection === "protected" ? "Next" : "Next try"} ${next}`, small, mark: "todo" });
  }
  const going = snapshots.filter(({ goes, held }) => goes?.at != null && !held);
  const first = going.toSorted((a, b) => Date.parse(a.goes?.at ?? "") - Date.parse(b.goes?.at ?? ""))[0];
  if (first?.goes?.at != null) {
    const when = Date.parse(first.goes.at);
    const text = `Then that of ${dateInWords(Date.parse(first.createdAt), at)} goes${when > at ? `, in ${ageInWords(when - at)}` : ""}`;
    steps.push({ text, small: sentence(first.goes.why), mark: "todo" });
  }
  return steps;
}
