/**
 * The suite that every backend has to pass, ours or a third party's: give it a provider, and it registers its cases as tests.
 *
 * @module
 */
export { assertNoFullScan, assertUsesIndex, type Explainable } from "./assert_plan.ts";
export { assertQueries } from "./assert_queries.ts";
export type { TestProvider } from "./provider.ts";
export { runTestsuite, type SuiteOptions, type SuiteRunner } from "./run.ts";
export type { SuiteBackend, SuiteModel, SuiteResult } from "./suite.ts";
