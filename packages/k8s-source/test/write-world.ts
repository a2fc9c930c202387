import { type KubernetesEmulator, startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { expect, vi } from "vitest";
import { createKubernetesClient, type KubernetesClient } from "../src/client/kubernetes-client.ts";
import { WriteQueue } from "../src/report/write-queue.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** An emulated API server, and write queues that work on it in virtual time. */
export class WriteWorld {
  readonly clock: VirtualClock = new VirtualClock();
  readonly emulator: KubernetesEmulator;
  readonly client: KubernetesClient;
  readonly #errors: unknown[] = [];
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[] = [];

  private constructor(emulator: KubernetesEmulator) {
    this.emulator = emulator;
    this.client = createKubernetesClient({ server: emulator.url, credentials: async () => ({ headers: {} }) });
  }

  static async start(): Promise<WriteWorld> {
    return new WriteWorld(await startKubernetesEmulator());
  }

  /** What an EventRecorder or a StatusWriter needs, with a queue of its own: as in a daemon that was started just now. */
  newProcess(): { readonly client: KubernetesClient; readonly queue: WriteQueue; readonly clock: VirtualClock } {
    const { client, clock } = this;
    const queue = new WriteQueue({ clock, gapMs: 0, onError: (_, error) => this.#errors.push(error) });
    this.#running.push(queue.run(this.#stop.signal, new AbortController().signal));
    return { client, queue, clock };
  }

  /** Lets what is due be written, until so many requests were made. */
  async written(count: number, requests: () => number): Promise<void> {
    await vi.waitFor(async () => {
      await this.clock.advance(0);
      expect(requests()).toBe(count);
    }, 60_000);
  }

  /** Ends all, and fails if a write did. */
  async end(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
    this.client[Symbol.dispose]();
    await this.emulator.close();
    expect(this.#errors).toEqual([]);
  }
}
