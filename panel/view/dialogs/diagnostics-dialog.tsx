import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { Checkbox } from '@adobe/react-spectrum/Checkbox';
import { Content } from '@adobe/react-spectrum/Content';
import { Dialog } from '@adobe/react-spectrum/Dialog';
import { Divider } from '@adobe/react-spectrum/Divider';
import { Heading } from '@adobe/react-spectrum/Heading';
import { useEffect, useRef, useState } from 'react';
import type { LogEntry } from '../../../engine/protocol/messages.js';
import { failureOf } from '../../state/failure.js';
import { usePage, useView } from '../page-context.js';

/** What runs here, what the engine did and what failed, and all of it to take along for a report. */
export const DiagnosticsDialog = () => {
	const { status } = useView();
	return (
		<Dialog size="L" isDismissable>
			<Heading>Diagnostics</Heading>
			<Divider />
			<Content>
				<div className="form">
					{status !== null && (
						<dl className="facts">
							<dt>Versions</dt>
							<dd>
								engine {status.version}, page {__VERSION__}
							</dd>
							<dt>Matching</dt>
							<dd>
								{status.embedding.id}. {status.embedding.note}
							</dd>
							<dt>Networks run on</dt>
							<dd>
								{status.device.used}. {status.device.note}
							</dd>
							<dt>ffmpeg</dt>
							<dd>{status.ffmpeg ?? 'missing'}</dd>
							<dt>Data</dt>
							<dd className="breakable">{status.home}</dd>
						</dl>
					)}
					<EngineLogView />
					<CopyReport />
				</div>
			</Content>
		</Dialog>
	);
};

/** The latest lines of the engine's log, the newest in view. */
const EngineLogView = () => {
	const { commands } = usePage();
	const [entries, setEntries] = useState<readonly LogEntry[] | null>(null);
	const [problem, setProblem] = useState<string | null>(null);
	const [reads, setReads] = useState(0);
	const [onlyFaults, setOnlyFaults] = useState(false);
	const list = useRef<HTMLOListElement>(null);
	// biome-ignore lint/correctness/useExhaustiveDependencies: each reading asks anew
	useEffect(() => {
		const stop = new AbortController();
		commands.settings.readLog(stop.signal).then(
			({ entries: read }) => {
				setEntries(read);
				setProblem(null);
			},
			(error: unknown) => {
				const { code, detail } = failureOf(error);
				if (code !== 'cancelled') setProblem(detail);
			},
		);
		return () => stop.abort();
	}, [commands, reads]);
	const shown = (entries ?? []).filter(({ level }) => !onlyFaults || level !== 'info');
	// biome-ignore lint/correctness/useExhaustiveDependencies: the newest is to be seen whenever others are shown
	useEffect(() => {
		if (list.current) list.current.scrollTop = list.current.scrollHeight;
	}, [shown.length]);
	return (
		<section aria-label="Engine log">
			<div className="choices">
				<Checkbox isSelected={onlyFaults} onChange={setOnlyFaults}>
					Only what failed
				</Checkbox>
				<ActionButton isQuiet onPress={() => setReads(before => before + 1)}>
					Read again
				</ActionButton>
			</div>
			{problem !== null && <p role="alert">{problem}</p>}
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
			<ol ref={list} className="log" tabIndex={0} aria-label="Log entries, oldest first">
				{shown.map(({ at, level, event, code, seconds, detail }, k) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: entries have no name of their own, and never move
					<li key={k} data-level={level}>
						<time dateTime={at}>{new Date(at).toLocaleTimeString('en-GB')}</time>
						<span>
							{level === 'info' ? '' : `${level}: `}
							{event}
							{code === undefined ? '' : ` · ${code}`}
							{seconds === undefined ? '' : ` · ${seconds.toFixed(1)} s`}
							{detail === undefined ? '' : ` · ${detail}`}
						</span>
					</li>
				))}
				{entries !== null && shown.length === 0 && <li>{onlyFaults ? 'Nothing failed.' : 'Nothing was noted yet.'}</li>}
			</ol>
		</section>
	);
};

/** Takes what a report of a fault needs to the clipboard. */
const CopyReport = () => {
	const { commands } = usePage();
	const [paths, setPaths] = useState(false);
	const [outcome, setOutcome] = useState<string | null>(null);
	const copy = async (): Promise<void> => {
		try {
			const text = await commands.settings.report(paths);
			await navigator.clipboard.writeText(`${text}\nPage ${__VERSION__}, ${navigator.userAgent}\n`);
			setOutcome('Copied.');
		} catch (error) {
			setOutcome(error instanceof DOMException ? 'The browser does not allow copying.' : failureOf(error).detail);
		}
	};
	return (
		<section className="choices" aria-label="Report">
			<ActionButton onPress={() => void copy()}>Copy report</ActionButton>
			<Checkbox isSelected={paths} onChange={setPaths}>
				With names of files and folders
			</Checkbox>
			<span role="status">{outcome}</span>
		</section>
	);
};
