import type { IncomingMessage, ServerResponse } from "node:http";

/** What AWS calls "Snapshots per Region", as it delivers it, and "Pending snapshots per account". */
const snapshotsPerRegion = { QuotaCode: "L-309BACF6", QuotaName: "Snapshots per Region", Value: 100_000 };
const pendingSnapshots = { QuotaCode: "L-94D7AB7D", QuotaName: "Pending snapshots per account", Value: 100 };

/** Stands in for Service Quotas, of which moto knows no EBS: its JSON for ListServiceQuotas. */
export class ServiceQuotas {
  #maxSnapshots = snapshotsPerRegion.Value;

  setMaxSnapshots(value: number): void {
    this.#maxSnapshots = value;
  }

  /** The action that a request asks Service Quotas for; `undefined` if it is for another service. */
  actionOf({ headers }: IncomingMessage): string | undefined {
    const target = headers["x-amz-target"];
    return typeof target === "string" ? /^ServiceQuotasV20190624\.(\w+)$/.exec(target)?.[1] : undefined;
  }

  answer(action: string, body: string, response: ServerResponse): void {
    const { ServiceCode } = JSON.parse(body) as { ServiceCode?: string };
    if (action !== "ListServiceQuotas" || ServiceCode !== "ebs") {
      this.refuse({ status: 400, code: "NoSuchResourceException" }, response);
      return;
    }
    const quotas = [{ ...snapshotsPerRegion, Value: this.#maxSnapshots }, pendingSnapshots];
    send(response, 200, { Quotas: quotas.map((quota) => ({ ServiceCode, ...quota })) });
  }

  /** With EC2's codes, which mean the same. */
  refuse(
    { status, code, message }: { status: number; code: string; message?: string },
    response: ServerResponse,
  ): void {
    send(response, status, { __type: code, message: message ?? "refused by the test" });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
}
