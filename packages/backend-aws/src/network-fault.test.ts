import { describe, expect, test } from "vitest";
import { networkFaultCode, networkFaultOf } from "./network-fault.ts";

const fault = (code: string, fields: object = {}): Error => Object.assign(new Error(code), { code, ...fields });

describe("net-1: a request whose answer did not come", () => {
  test.each([
    ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENETDOWN", "EMFILE", "UND_ERR_CONNECT_TIMEOUT"],
    ...["CERT_HAS_EXPIRED", "SELF_SIGNED_CERT_IN_CHAIN", "ERR_TLS_CERT_ALTNAME_INVALID"],
  ])("was never sent after %s", (code) => {
    expect(networkFaultOf(fault(code))).toBe("never-sent");
    expect(networkFaultCode(fault(code))).toBe(code);
  });

  test.each(["EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "EHOSTDOWN", "EPERM"])(
    "was never sent after %s of connect, and may have been after that of another call",
    (code) => {
      expect(networkFaultOf(fault(code, { syscall: "connect" }))).toBe("never-sent");
      expect(networkFaultOf(fault(code, { syscall: "read" }))).toBe("unknown");
      expect(networkFaultOf(fault(code))).toBe("unknown");
    },
  );

  test.each(["ECONNRESET", "EPIPE", "ECONNABORTED", "ERR_STREAM_PREMATURE_CLOSE", "ERR_SSL_BAD_RECORD_MAC"])(
    "may have been carried out after %s",
    (code) => {
      expect(networkFaultOf(fault(code, { syscall: "connect" }))).toBe("unknown");
    },
  );

  test("was never sent if each address refused, and else may have been", () => {
    const refused = fault("ECONNREFUSED");
    expect(networkFaultOf(new AggregateError([refused, fault("EHOSTUNREACH", { syscall: "connect" })]))).toBe(
      "never-sent",
    );
    expect(networkFaultOf(new AggregateError([refused, fault("ECONNRESET")]))).toBe("unknown");
    expect(networkFaultCode(new AggregateError([refused]))).toBe("ECONNREFUSED");
  });

  test("is found behind the errors of clients", () => {
    const error = new TypeError("fetch failed", { cause: new Error("again", { cause: fault("EPIPE") }) });
    expect(networkFaultOf(error)).toBe("unknown");
    expect(networkFaultCode(error)).toBe("EPIPE");
  });

  test.each([undefined, null, "ECONNRESET", 7, {}, new Error("ECONNRESET"), fault("ENOENT"), fault("ERR_INVALID_URL")])(
    "is another matter for %s",
    (error) => {
      expect(networkFaultOf(error)).toBeUndefined();
      expect(networkFaultCode(error)).toBeUndefined();
    },
  );

  test("is not looked for without end", () => {
    const endless: Error & { cause?: unknown } = new Error("endless");
    endless.cause = endless;
    expect(networkFaultOf(endless)).toBeUndefined();
    expect(networkFaultCode(endless)).toBeUndefined();
  });
});
