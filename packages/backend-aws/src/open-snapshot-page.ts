import type { AnswerText } from "./answer-text.ts";
import { unexpected } from "./aws-snapshot.ts";
import { notAnAnswer } from "./ec2-answer.ts";
import type { Ec2ReadPage, Ec2Snapshot } from "./ec2-api.ts";
import { SnapshotPageReader } from "./snapshot-page.ts";
import { XmlError } from "./xml-reader.ts";

/**
 * The answer to DescribeSnapshots, read while its snapshots are taken.
 *
 * Taking them throws a {@link BackendError} `unexpected` if the answer is malformed, cut short, or no list: then nothing of
 * it may count.
 */
export function openSnapshotPage(text: AnswerText): Ec2ReadPage {
  const reader = new SnapshotPageReader(text.pieces());
  return {
    Snapshots: { [Symbol.iterator]: () => snapshotsOf(reader) },
    get NextToken() {
      return reader.nextToken;
    },
  };
}

function* snapshotsOf(reader: SnapshotPageReader): Generator<Ec2Snapshot, void> {
  try {
    yield* reader.snapshots();
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw notAnAnswer("DescribeSnapshots", `what cannot be read (${error.message})`);
  }
  // An answer that is cut short, or is not EC2's, must not look like an empty list.
  if (!reader.hasSnapshots) throw unexpected("a list without Snapshots");
}
