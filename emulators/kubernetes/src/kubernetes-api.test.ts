import { describe } from "vitest";
import { kubernetesApiSuite } from "../test/kubernetes-api-suite.ts";
import { ApiClient } from "../test/suite/api-client.ts";
import { startKubernetesEmulator } from "./index.ts";

describe("the emulator", () => {
  kubernetesApiSuite(async () => {
    const emulator = await startKubernetesEmulator();
    return {
      url: emulator.url,
      compact: async () => emulator.faults.compact(),
      asNobody: async (work) => {
        const allow = emulator.rules.deny("*", "*");
        await work(new ApiClient(emulator.url)).finally(allow);
      },
      stop: () => emulator.close(),
    };
  });
});
