import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
		testTimeout: 120_000,
		hookTimeout: 300_000,
		pool: 'forks',
	},
});
