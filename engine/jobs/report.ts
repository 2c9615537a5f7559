import type { CatalogState, EngineStatus, LogEntry } from '../protocol/messages.js';

export type ReportParts = {
	readonly status: EngineStatus;
	readonly catalog: CatalogState;
	readonly log: readonly LogEntry[];
	/** What the machine is: system, processor, memory, versions. */
	readonly machine: readonly string[];
};

/**
 * What somebody who looks into a fault needs to know, as text.
 *
 * @param withPaths - otherwise nothing in it names a file or a folder: details of failures, which may, are left out
 */
export const report = ({ status, catalog, log, machine }: ReportParts, withPaths: boolean): string => {
	const { version, device, embedding, ffmpeg } = status;
	const skipped = catalog.folders.flatMap(folder => folder.skipped);
	const codes = [...new Set(skipped.map(({ code }) => code))];
	const howMany = (code: string): number => skipped.filter(file => file.code === code).length;
	return [
		`Segue ${version}`,
		...machine,
		`Networks: ${device.used} (asked for ${device.requested})${withPaths ? `: ${device.note}` : ''}`,
		`Matching: ${embedding.id}`,
		`ffmpeg: ${ffmpeg ?? 'missing'}`,
		`Catalogue: ${catalog.tracks} tracks in ${catalog.folders.length} folders`,
		...catalog.folders.map(
			({ path, tracks, state }, f) => `  ${withPaths ? path : `folder ${f + 1}`}: ${tracks} tracks, ${state}`,
		),
		...(skipped.length === 0 ? [] : [`Skipped: ${codes.map(code => `${howMany(code)} ${code}`).join(', ')}`]),
		...(withPaths ? [`Data: ${status.home}`, ...skipped.map(({ path, code }) => `  ${code}: ${path}`)] : []),
		'',
		...log.map(entry => logLine(entry, withPaths)),
	].join('\n');
};

/** One line of the log as a person reads it. */
export const logLine = ({ at, level, event, code, seconds, detail }: LogEntry, withDetail: boolean): string =>
	[
		at,
		level,
		event,
		...(code === undefined ? [] : [code]),
		...(seconds === undefined ? [] : [`${seconds.toFixed(1)} s`]),
		...(withDetail && detail !== undefined ? [detail] : []),
	].join('  ');
