import { ListServiceQuotasCommand, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import type { AwsConfig } from "./aws-config.ts";
import type { QuotasApi } from "./quotas-api.ts";
import { type AnswerLimits, answerLimits, readAnswers } from "./sdk-answer.ts";
import { clientOptions, obtainCredentials } from "./sdk-client.ts";

/** Service Quotas through the AWS SDK. Only here is its client imported: what never asks for limits need not load it. */
export function createQuotasApi(region: string, config: AwsConfig, limits: AnswerLimits = answerLimits): QuotasApi {
  const client = new ServiceQuotasClient(clientOptions(region, config.quotasEndpoint, config));
  return {
    async listServiceQuotas(input, options) {
      const command = new ListServiceQuotasCommand(input);
      readAnswers(command, { options, limits, isPage: false, onSuccess: (text) => text.whole() });
      await obtainCredentials(client, config.identity, options, limits.credentialsMs);
      return client.send(command, options.signal ? { abortSignal: options.signal } : {});
    },
    close: () => client.destroy(),
  };
}
