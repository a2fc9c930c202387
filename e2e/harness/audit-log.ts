import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A request as the API server recorded it. */
export interface AuditedRequest {
  /** `list`, `watch`, `patch`, … */
  readonly verb: string;
  /** `persistentvolumes`, `snapshotrules/status` */
  readonly resource: string;
  /** Of the object, where the request is about one. */
  readonly name: string | undefined;
  /** HTTP status of the answer. */
  readonly status: number;
  /** By this machine's clock, as is when it was answered. */
  readonly receivedAt: number;
  readonly answeredAt: number;
  /** What was sent; of Leases only. */
  readonly body: unknown;
}

/**
 * What an API server writes down of the requests that it answered.
 *
 * @see {@link https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/}
 */
export class AuditLog {
  readonly #policyFile: string;
  readonly #logFile: string;

  private constructor(folder: string) {
    this.#policyFile = join(folder, "audit-policy.json");
    this.#logFile = join(folder, "audit.log");
  }

  /** @param folder - for its files */
  static async create(folder: string): Promise<AuditLog> {
    const log = new AuditLog(folder);
    const policy = { apiVersion: "audit.k8s.io/v1", kind: "Policy", omitStages: ["RequestReceived", "Panic"] };
    const leases = { group: "coordination.k8s.io", resources: ["leases"] };
    const rules = [{ level: "Request", resources: [leases] }, { level: "Metadata" }];
    await writeFile(log.#policyFile, JSON.stringify({ ...policy, rules }));
    return log;
  }

  /** What the API server is to be started with. */
  get options(): Readonly<Record<string, string>> {
    return { "audit-policy-file": this.#policyFile, "audit-log-path": this.#logFile, "audit-log-mode": "blocking" };
  }

  /** The requests of a user so far, as far as they were about objects. A watch counts once it has begun. */
  async requestsOf(user: string): Promise<AuditedRequest[]> {
    if (!existsSync(this.#logFile)) return [];
    const events = (await readFile(this.#logFile, "utf8"))
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as AuditEvent);
    return events
      .filter((event) => event.user.username === user)
      .flatMap(({ verb, objectRef, responseStatus, requestReceivedTimestamp, stageTimestamp, requestObject }) => {
        if (objectRef?.resource === undefined) return [];
        const resource = [objectRef.resource, objectRef.subresource].filter(Boolean).join("/");
        return [
          {
            verb,
            resource,
            name: objectRef.name,
            status: responseStatus?.code ?? 0,
            receivedAt: Date.parse(requestReceivedTimestamp),
            answeredAt: Date.parse(stageTimestamp),
            body: requestObject,
          },
        ];
      });
  }
}

interface AuditEvent {
  readonly verb: string;
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly requestObject?: unknown;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string; readonly name?: string };
  readonly responseStatus?: { readonly code?: number };
}
