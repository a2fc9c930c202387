/** One thing that is wrong with an object: an entry of `details.causes`. */
export interface FieldFault {
  /** `spec.accessModes`, `spec.items[0]` */
  readonly field: string;
  readonly reason: "FieldValueRequired" | "FieldValueInvalid" | "FieldValueTypeInvalid" | "FieldValueNotSupported";
  readonly message: string;
}
