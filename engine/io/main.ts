import { runCommandLine } from './cli/program.js';

const controller = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(name, () => {
		// A person who asks twice does not want to wait for a clean end. Systems send several signals for one request.
		if (name === 'SIGINT' && controller.signal.aborted) process.exit(130);
		controller.abort();
	});
}

process.exitCode = await runCommandLine(process.argv.slice(2), {
	env: process.env,
	stdout: process.stdout,
	stderr: process.stderr,
	signal: controller.signal,
});
