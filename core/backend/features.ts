import { Capabilities, type Capability, type CapabilityRule, parseVersion } from "../capabilities.ts";

/** Answers what a database can do by its version, in the form of single questions. */
export class FeatureDetector {
  /** The version as the database says it. */
  readonly versionText: string;
  /** The version as numbers. */
  readonly version: readonly number[];
  /** The capabilities that this version has. */
  readonly capabilities: Capabilities;

  /** Applies the rules of a backend to a version, once. */
  constructor(rules: readonly CapabilityRule[], versionText: string) {
    this.versionText = versionText;
    this.version = parseVersion(versionText);
    this.capabilities = new Capabilities(rules, this.version);
  }

  /** Whether a capability is there. */
  supports(capability: Capability): boolean {
    return this.capabilities.has(capability);
  }
  /** Whether writes can give rows. */
  get supportsReturning(): boolean {
    return this.supports("returning");
  }
  /** Whether queries can have common table expressions. */
  get supportsCte(): boolean {
    return this.supports("cte");
  }
  /** Whether there are JSON functions. */
  get supportsJson(): boolean {
    return this.supports("json");
  }
  /** Whether there are window functions. */
  get supportsWindowFunctions(): boolean {
    return this.supports("windowFunctions");
  }
}
