import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { projectPath } from './project.js';

/** What a measured number was measured on: processor, memory, system and Node. */
export const machine = (): string => {
	const processors = cpus();
	const memory = Math.round(totalmem() / 2 ** 30);
	return `${processors.length} × ${processors[0]?.model ?? 'unknown processor'}, ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
};

/** The state of the project that measured it, short; 'unknown' for a copy without its history, or without git. */
export const commit = (): string => {
	try {
		return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
			cwd: projectPath(),
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		}).trim();
	} catch {
		return 'unknown';
	}
};
