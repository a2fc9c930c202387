/**
 * The parts of a CustomResourceDefinition that are used here.
 *
 * @see {@link https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/custom-resource-definition-v1/}
 */
export interface CustomResourceDefinition {
  readonly apiVersion: "apiextensions.k8s.io/v1";
  readonly kind: "CustomResourceDefinition";
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly scope: "Namespaced" | "Cluster";
    readonly names: {
      readonly plural: string;
      readonly singular: string;
      readonly kind: string;
      readonly listKind: string;
      readonly shortNames: readonly string[];
    };
    readonly versions: readonly CustomResourceVersion[];
  };
}

/** See {@link CustomResourceDefinition}. */
export interface CustomResourceVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly subresources: { readonly status: Readonly<Record<string, never>> };
  /** What `kubectl get` shows. */
  readonly additionalPrinterColumns: readonly {
    readonly name: string;
    readonly type: "string" | "integer" | "date";
    readonly description?: string;
    readonly jsonPath: string;
  }[];
  readonly schema: { readonly openAPIV3Schema: JsonSchema };
}

/** JSON Schema, as far as Kubernetes takes it. */
export interface JsonSchema {
  readonly type: "object" | "array" | "string" | "integer";
  /** What `kubectl explain` shows. */
  readonly description?: string;
  readonly format?: "date-time" | "int32" | "int64";
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  /** Of an object with any keys: what each value is. */
  readonly additionalProperties?: JsonSchema;
  readonly maxProperties?: number;
  readonly enum?: readonly string[];
  readonly minLength?: number;
  /** The API server reckons with it what a CEL expression may cost. */
  readonly maxLength?: number;
  readonly "x-kubernetes-preserve-unknown-fields"?: true;
  readonly "x-kubernetes-list-type"?: "map";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  /** Expressions in CEL that must hold. */
  readonly "x-kubernetes-validations"?: readonly { readonly rule: string; readonly message: string }[];
}
