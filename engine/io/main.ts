import { runCommandLine } from './cli/program.js';

const controller = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(name, () => {
		// Asked twice: whatever holds up a clean end is not worth waiting for.
		if (controller.signal.aborted) process.exit(130);
		controller.abort();
	});
}

process.exitCode = await runCommandLine(process.argv.slice(2), {
	env: process.env,
	stdout: process.stdout,
	stderr: process.stderr,
	signal: controller.signal,
});
