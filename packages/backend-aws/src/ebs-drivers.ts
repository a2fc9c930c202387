/**
 * The EBS CSI driver, as people install it.
 *
 * @see {@link https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/429e202/cmd/main.go#L159}
 */
export const ebsDriver = "ebs.csi.aws.com";

/**
 * The same driver, run by AWS in EKS Auto Mode.
 *
 * @see {@link https://docs.aws.amazon.com/eks/latest/userguide/create-storage-class.html}
 */
export const autoModeDriver = "ebs.csi.eks.amazonaws.com";

/** The CSI drivers whose volumes are EBS volumes, their handles `vol-…`. A build of the driver may have another name. */
export const ebsDrivers: readonly string[] = [ebsDriver, autoModeDriver];

/** Letters, digits, dots and dashes, as CSI has it. */
const driverPattern = /^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/i;

/**
 * Reads `AWS_CSI_DRIVERS`: names of further CSI drivers whose volumes are EBS volumes, comma-separated.
 *
 * @returns those, after {@link ebsDrivers}
 * @throws {Error} if one is missing between commas, or cannot be a driver's name: one line that names the variable.
 * @see {@link https://github.com/container-storage-interface/spec/blob/master/spec.md#getplugininfo}
 */
export function parseCsiDrivers(text: string | undefined): readonly string[] {
  const further = namesIn(text);
  const wrong = further.find((name) => !driverPattern.test(name));
  if (wrong !== undefined) {
    throw new Error(
      `AWS_CSI_DRIVERS must be names of CSI drivers, comma-separated, such as ebs.csi.example.com, but has ${JSON.stringify(wrong)}`,
    );
  }
  return Object.freeze([...new Set([...ebsDrivers, ...further])]);
}

function namesIn(text: string | undefined): string[] {
  return text === undefined || text === "" ? [] : text.split(",").map((name) => name.trim());
}
