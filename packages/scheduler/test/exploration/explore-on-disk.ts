import { once } from "node:events";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Exploration, ExploreOptions } from "./explore.ts";
import { moves, planOf } from "./moves.ts";
import { SeenStates } from "./seen-states.ts";
import { type Walked, Walker } from "./walker.ts";
import { newWorld, type Setup, type World } from "./world.ts";

/** How far an exploration has come: written after each depth. */
interface Progress extends Walked {
  readonly depth: number;
}

const FIRST_LETTER = 97;

/**
 * As `explore`, with bounded memory: a state to go on from is a line in a file, one letter for each move of its life, which
 * is lived again when its turn comes; only the numbers of the states seen are held. After each depth all is written down:
 * an exploration that was ended goes on from there.
 */
export async function exploreOnDisk(setup: Setup, options: ExploreOptions, directory: string): Promise<Exploration> {
  const folder = join(directory, setup.name.replaceAll(" ", "-"));
  mkdirSync(folder, { recursive: true });
  const file = (depth: number): string => join(folder, `lives-${depth}`);
  const progressFile = join(folder, "progress.json");
  const seenFile = join(folder, "seen");

  const resumed = existsSync(progressFile);
  const seen = resumed ? SeenStates.read(readFileSync(seenFile), options.states) : new SeenStates(options.states);
  const walker = new Walker(setup, seen, options.coverage, options.settleEach);
  let { depth }: Pick<Progress, "depth"> = { depth: 0 };
  if (resumed) {
    const progress = JSON.parse(readFileSync(progressFile, "utf8")) as Progress;
    walker.resume(progress);
    depth = progress.depth;
  } else {
    walker.begin(newWorld(setup));
    writeFileSync(file(0), "\n");
  }

  let count = 1;
  while (count > 0 && seen.size < options.states && !(options.stopAtFault && walker.isFaulty)) {
    count = await oneDepth(setup, walker, file(depth), file(depth + 1), () => seen.size >= options.states);
    depth++;
    writeFileSync(`${seenFile}.new`, seen.toBuffer());
    renameSync(`${seenFile}.new`, seenFile);
    writeFileSync(`${progressFile}.new`, JSON.stringify({ ...walker.walked, depth }));
    renameSync(`${progressFile}.new`, progressFile);
  }
  return { ...walker.walked, depth, isComplete: count === 0 };
}

/** @returns how many new states there are to go on from */
async function oneDepth(
  setup: Setup,
  walker: Walker,
  from: string,
  to: string,
  isFull: () => boolean,
): Promise<number> {
  const output = createWriteStream(to);
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(from) })) {
    if (isFull()) break;
    const world = lived(setup, line);
    const life = (): string[] => [...line].map((letter) => setup.moves[letter.charCodeAt(0) - FIRST_LETTER] as string);
    for (const { move } of walker.next(world, planOf(setup, world), life)) {
      count++;
      const letter = String.fromCharCode(FIRST_LETTER + setup.moves.indexOf(move));
      if (!output.write(`${line}${letter}\n`)) await once(output, "drain");
    }
  }
  output.end();
  await once(output, "finish");
  return count;
}

function lived(setup: Setup, line: string): World {
  let world = newWorld(setup);
  for (const letter of line) {
    const move = moves[setup.moves[letter.charCodeAt(0) - FIRST_LETTER] as string];
    world = move?.(setup, world, planOf(setup, world)) as World;
  }
  return world;
}
