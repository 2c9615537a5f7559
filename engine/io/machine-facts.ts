import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** What kind of computer this is, for a report of a fault: nothing that tells whose. */
export const machineFacts = (): readonly string[] => [
	`System: ${type()} ${release()}, ${arch()}, Node ${process.versions.node}`,
	`Processor: ${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} at once`,
	`Memory: ${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
];
