import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { HttpListener } from "@k8s-snapshots/emulator-support";
import { textOf } from "./ec2-xml.ts";

/** A call to EC2, as it went by. */
export interface RecordedCall {
  /** When it came by, and when it was carried out, by this machine's clock. */
  readonly at: number;
  doneAt?: number;
  readonly action: string;
  readonly region: string;

  /** Of a creation. */
  readonly volume: string | undefined;

  /** Of a creation once it was carried out, and of a deletion. */
  snapshot?: string | undefined;

  /** HTTP status of the answer. */
  status?: number;
}

/** Called with a call that came by, and again when it was carried out, before it is answered. */
export type CallListener = (call: RecordedCall, moment: "received" | "done") => void;

/** A proxy between one program and a stand-in for EC2, that writes down what is asked. */
export class CallRecorder {
  readonly calls: RecordedCall[] = [];
  onCall: CallListener = () => {};
  readonly #target: string;
  readonly #listener = new HttpListener("127.0.0.1", 0, (request, response) => {
    void this.#handle(request, response).catch(() => response.destroy());
  });

  /** Use {@link startCallRecorder}. */
  constructor(target: string) {
    this.#target = target;
  }

  get url(): string {
    return this.#listener.url;
  }

  start(): Promise<void> {
    return this.#listener.start();
  }

  stop(): Promise<void> {
    return this.#listener.stop();
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(incoming);
    const parameters = new URLSearchParams(body);
    const { authorization = "", "content-type": type = "" } = incoming.headers;
    const call: RecordedCall = {
      at: Date.now(),
      action: parameters.get("Action") ?? "",
      region: regionOf(authorization),
      volume: parameters.get("VolumeId") ?? undefined,
      snapshot: parameters.get("SnapshotId") ?? undefined,
    };
    this.calls.push(call);
    this.onCall(call, "received");
    const answer = await fetch(this.#target, {
      method: "POST",
      headers: { authorization, "content-type": type },
      body,
    });
    const xml = await answer.text();
    call.doneAt = Date.now();
    call.status = answer.status;
    if (call.action === "CreateSnapshot") call.snapshot = textOf(xml, "snapshotId");
    this.onCall(call, "done");
    response.writeHead(answer.status, { "content-type": "text/xml" }).end(xml);
  }
}

/** Starts one on the loopback interface. @param target - the stand-in's URL */
export async function startCallRecorder(target: string): Promise<CallRecorder> {
  const recorder = new CallRecorder(target);
  await recorder.start();
  return recorder;
}

/** The stand-in's answer to a call that nobody writes down. */
export async function callEc2(
  url: string,
  region: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const scope = `Credential=AKIAIOSFODNN7EXAMPLE/20260101/${region}/ec2/aws4_request`;
  const headers = { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` };
  const body = new URLSearchParams({ Version: "2016-11-15", ...parameters });
  const answer = await fetch(url, { method: "POST", headers, body });
  const xml = await answer.text();
  if (!answer.ok) throw new Error(`${parameters["Action"]} in ${region}: ${xml}`);
  return xml;
}

/** Where the signature says that the call goes. */
function regionOf(authorization: string): string {
  return /Credential=[^/]+\/\d+\/([^/]+)\//.exec(authorization)?.[1] ?? "";
}
