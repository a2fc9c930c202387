import type { Labels, Snapshot } from "../snapshot.ts";
import { currentView, type MemoryRecord } from "./memory-record.ts";

/**
 * All snapshots that the pages yield. Written by hand because an async generator takes twice the time for each
 * snapshot, and simulations list millions.
 */
export function iteratePages(pages: AsyncIterator<Snapshot[], void>): AsyncIterableIterator<Snapshot, undefined> {
  let page: Snapshot[] = [];
  let position = 0;

  async function nextPage(): Promise<IteratorResult<Snapshot, undefined>> {
    for (;;) {
      const result = await pages.next();
      if (result.done) return { done: true, value: undefined };
      const [first] = result.value;
      if (first === undefined) continue;
      page = result.value;
      position = 1;
      return { done: false, value: first };
    }
  }

  return {
    next() {
      const value = page[position];
      if (value === undefined) return nextPage();
      position += 1;
      return Promise.resolve({ done: false, value });
    },
    async return() {
      page = [];
      await pages.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/**
 * Goes through up to `pageSize` records, and takes those that lists show at `now` and that carry the labels. An answer
 * shorter than the page says nothing about what follows. `onOther` gets the disks of those that lack the labels.
 */
export function readPage(
  records: Iterator<MemoryRecord, undefined>,
  pageSize: number,
  labels: readonly (readonly [string, string])[],
  now: number,
  onOther: ((diskId: string) => void) | undefined,
): { readonly page: Snapshot[]; readonly last: boolean } {
  const page: Snapshot[] = [];
  for (let count = 0; count < pageSize; count += 1) {
    const { done, value: record } = records.next();
    if (done) return { page, last: true };
    if (!isListed(record, now)) continue;
    if (carries(record.view.labels, labels)) page.push(currentView(record, now));
    else onOther?.(record.view.diskId);
  }
  return { page, last: false };
}

export function isListed(record: MemoryRecord, now: number): boolean {
  return record.listedAt <= now && now < record.listedUntil;
}

function carries(labels: Labels, wanted: readonly (readonly [string, string])[]): boolean {
  for (const [key, value] of wanted) if (labels[key] !== value) return false;
  return true;
}
