import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { errorXml, itemsOf, textOf, withItems } from "./ec2-xml.ts";
import { ServiceQuotas } from "./service-quotas.ts";

/** What EC2 says to a request that it refuses. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
}

/** Makes one request go wrong: it may answer itself, and says whether it is used up. */
type Fault = (request: ProxiedRequest, response: ServerResponse, refuse: Refuse) => Promise<boolean> | boolean;

interface ProxiedRequest {
  readonly action: string;
  readonly parameters: URLSearchParams;
  forward(): Promise<{ status: number; xml: string }>;
}

/** How a service says that it refuses. */
type Refuse = (response: ServerResponse, refusal: Refusal) => void;

/**
 * Starts a proxy on the loopback interface between an SDK and a stand-in for EC2, which lends it what the stand-in
 * lacks: pages, snapshots that take their time, volumes that a group leaves out, quotas, and faults.
 */
export async function startFaultProxy(target: string, pageSize: number): Promise<FaultProxy> {
  const proxy = new FaultProxy(target, pageSize);
  await proxy.listen();
  return proxy;
}

/** A running proxy. Faults hit the next request that they apply to, once, unless it is said otherwise. */
export class FaultProxy {
  readonly #target: string;
  readonly #pageSize: number;
  readonly #server = createServer((request, response) => void this.#handle(request, response));
  readonly #states = new Map<string, string>();
  readonly #denied = new Set<string>();
  readonly #used = new Set<string>();
  readonly #locked = new Set<string>();
  readonly #quotas = new ServiceQuotas();
  #creation: Promise<unknown> = Promise.resolve();
  #faults: Fault[] = [];
  #keepsPending = false;

  /** Use {@link startFaultProxy}. */
  constructor(target: string, pageSize: number) {
    this.#target = target;
    this.#pageSize = pageSize;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Snapshots begun from now on stay pending. */
  keepPending(): void {
    this.#keepsPending = true;
  }

  /** @param state - as EC2 spells it */
  finish(snapshotId: string, state: string): void {
    this.#states.set(snapshotId, state);
  }

  /** An image depends on the snapshot from now on. */
  use(snapshotId: string): void {
    this.#used.add(snapshotId);
  }

  /** A snapshot lock holds the snapshot from now on. */
  lock(snapshotId: string): void {
    this.#locked.add(snapshotId);
  }

  /** The quota "Snapshots per Region" from now on. */
  setMaxSnapshots(value: number): void {
    this.#quotas.setMaxSnapshots(value);
  }

  /**
   * Does `work` while no group is being made: moto makes its snapshots one by one, and sets the tags after that, and EC2 does
   * all at once.
   */
  async betweenGroups<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#creation.then(work);
    this.#creation = done.catch(() => undefined);
    return done;
  }

  /** From now on the action is not allowed. */
  deny(action: string): void {
    this.#denied.add(action);
  }

  refuseNext(refusal: Refusal): void {
    this.#faults.push((_, response, refuse) => {
      refuse(response, refusal);
      return true;
    });
  }

  /** The second page of the next list is refused. */
  failSecondPage(): void {
    this.#faults.push(({ parameters }, response, refuse) => {
      if (!parameters.has("NextToken")) return false;
      refuse(response, { status: 503, code: "Unavailable" });
      return true;
    });
  }

  /** The next request of one of these actions is carried out, and the connection cut before the answer. */
  loseAnswerOf(...actions: string[]): void {
    this.#faults.push(async (request, response) => {
      if (!actions.includes(request.action)) return false;
      await request.forward();
      response.destroy();
      return true;
    });
  }

  /** The next request of that action is carried out and never answered. Resolves when it was carried out. */
  holdAnswerOf(action: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#faults.push(async (request) => {
      if (request.action !== action) return false;
      await request.forward();
      resolve();
      return true;
    });
    return promise;
  }

  /** The next request is never answered. Resolves when it has come. */
  hangNext(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#faults.push(() => {
      resolve();
      return true;
    });
    return promise;
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(incoming);
    const parameters = new URLSearchParams(body);
    const action = parameters.get("Action") ?? "";
    const send = async (sent: string): Promise<{ status: number; xml: string }> => {
      const answer = await fetch(this.#target, { method: "POST", headers: headersOf(incoming), body: sent });
      return { status: answer.status, xml: await answer.text() };
    };
    const quotasAction = this.#quotas.actionOf(incoming);
    if (quotasAction !== undefined) {
      const refuseQuotas: Refuse = (to, refusal) => this.#quotas.refuse(refusal, to);
      const request = { action: quotasAction, parameters, forward: () => send(body) };
      if (await this.#strike(request, response, refuseQuotas)) return;
      return this.#quotas.answer(quotasAction, body, response);
    }
    const isGroup = action === "CreateSnapshots" && parameters.get("DryRun") !== "true";
    const forward = isGroup ? () => this.betweenGroups(() => makeGroup(parameters, send)) : () => send(body);
    if (await this.#strike({ action, parameters, forward }, response, refuse)) return;
    const refusal = this.#refusalOf(action, parameters);
    if (refusal) return refuse(response, refusal);
    const { status, xml } = await forward();
    response.writeHead(status, { "content-type": "text/xml" }).end(this.#rewrite(action, parameters, xml));
  }

  async #strike(request: ProxiedRequest, response: ServerResponse, refuse: Refuse): Promise<boolean> {
    for (const fault of this.#faults) {
      if (!(await fault(request, response, refuse))) continue;
      this.#faults = this.#faults.filter((other) => other !== fault);
      return true;
    }
    return false;
  }

  #refusalOf(action: string, parameters: URLSearchParams): Refusal | undefined {
    const snapshotId = parameters.get("SnapshotId") ?? "";
    if (this.#denied.has(action)) return { status: 403, code: "UnauthorizedOperation" };
    if (parameters.get("DryRun") === "true" && action.startsWith("Describe")) {
      return { status: 412, code: "DryRunOperation" };
    }
    if (action === "DeleteSnapshot" && this.#used.has(snapshotId)) {
      return {
        status: 400,
        code: "InvalidSnapshot.InUse",
        message: `${snapshotId} is in use by ami-0123456789abcdef0`,
      };
    }
    if (action === "DeleteSnapshot" && this.#locked.has(snapshotId)) return { status: 400, code: "SnapshotLocked" };
    const state = this.#states.get(snapshotId);
    if (action === "CreateVolume" && state !== undefined && state !== "completed") {
      return { status: 400, code: "IncorrectState", message: `Snapshot is in invalid state - ${state}` };
    }
    return undefined;
  }

  #rewrite(action: string, parameters: URLSearchParams, xml: string): string {
    if (action === "CreateSnapshot") {
      const id = textOf(xml, "snapshotId");
      if (id !== undefined && this.#keepsPending) this.#states.set(id, "pending");
      return this.#withState(xml);
    }
    if (action === "CreateSnapshots" && xml.includes("<snapshotSet>")) {
      const made = itemsOf(xml, "snapshotSet");
      const ids = made.map((item) => textOf(item, "snapshotId") ?? "");
      if (this.#keepsPending) for (const id of ids) this.#states.set(id, "pending");
      return withItems(
        xml,
        "snapshotSet",
        // Of a group, moto does not say the state.
        made.map((item) => item.replace("<snapshotId>", "<state>pending</state><snapshotId>")),
        undefined,
      );
    }
    if (action !== "DescribeSnapshots" || !xml.includes("<snapshotSet>")) return xml;
    const items = itemsOf(xml, "snapshotSet");
    const start = Number(parameters.get("NextToken") ?? 0);
    const end = start + this.#pageSize;
    const page = items.slice(start, end).map((item) => this.#withState(item));
    return withItems(xml, "snapshotSet", page, end < items.length ? String(end) : undefined);
  }

  #withState(xml: string): string {
    const state = this.#states.get(textOf(xml, "snapshotId") ?? "");
    return state === undefined ? xml : xml.replace(/<status>\w+<\/status>/, `<status>${state}</status>`);
  }
}

/** Leaves out the data volumes that moto does not: it deletes what moto made of them. Of the boot volume, EC2 refuses that. */
async function makeGroup(
  parameters: URLSearchParams,
  send: (body: string) => Promise<{ status: number; xml: string }>,
): Promise<{ status: number; xml: string }> {
  const excluded = new Set(
    [...parameters].flatMap(([name, value]) =>
      /^InstanceSpecification\.ExcludeDataVolumeId\.\d+$/.test(name) ? value : [],
    ),
  );
  const answer = await send(parameters.toString());
  const items = itemsOf(answer.xml, "snapshotSet");
  const [left, others] = [true, false].map((isLeft) =>
    items.filter((item) => excluded.has(textOf(item, "volumeId") ?? "") === isLeft),
  ) as [string[], string[]];
  for (const item of left) {
    const query = { Action: "DeleteSnapshot", Version: "2016-11-15", SnapshotId: textOf(item, "snapshotId") ?? "" };
    await send(new URLSearchParams(query).toString());
  }
  return items.length === 0 ? answer : { ...answer, xml: withItems(answer.xml, "snapshotSet", others, undefined) };
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const { authorization = "", "content-type": type = "" } = headers;
  return { authorization, "content-type": type };
}

function refuse(response: ServerResponse, { status, code, message = "refused by the test" }: Refusal): void {
  response.writeHead(status, { "content-type": "text/xml" }).end(errorXml(code, message));
}
