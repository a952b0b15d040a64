import { defineConfig } from 'rolldown';
import { compiled } from '../../../conformance/rolldown.config.js';

/** Compiles a node of the cluster under test, as the reference server is compiled. */
export default defineConfig(
  compiled('test/e2e/cluster/support/cluster-server.ts', 'test/e2e/cluster/dist'),
);
