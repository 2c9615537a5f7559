import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import { ProgressBar } from '@adobe/react-spectrum/ProgressBar';
import { useEffect, useState } from 'react';
import type { Notice } from '../state/notice.js';
import { usePage } from './page-context.js';

/** What there is to say about one part of the page, each with its one action. */
export const NoticeList = ({ notices }: { notices: readonly Notice[] }) =>
	notices.length === 0 ? null : (
		<ul className="notices">
			{notices.map(notice => (
				<NoticeLine key={`${notice.id} ${notice.about}`} notice={notice} />
			))}
		</ul>
	);

const NoticeLine = ({ notice: { id, tone, text, action, progress } }: { notice: Notice }) => {
	const { commands } = usePage();
	return (
		<li className={`notice notice-${tone}`} data-notice={id}>
			<span className="notice-text" role={tone === 'failure' ? 'alert' : undefined}>
				{text}
				{tone === 'busy' && progress?.total == null && <Elapsed />}
			</span>
			{progress?.total != null && (
				<ProgressBar
					aria-label={text}
					size="S"
					showValueLabel={false}
					width="size-1600"
					value={progress.done}
					maxValue={Math.max(1, progress.total)}
				/>
			)}
			{action && (
				<ActionButton isQuiet onPress={() => commands.carryOut(action.command)}>
					{action.label}
				</ActionButton>
			)}
		</li>
	);
};

/** How long something without a count has been going on, once that is worth telling. */
const Elapsed = () => {
	const [seconds, setSeconds] = useState(0);
	useEffect(() => {
		const timer = setInterval(() => setSeconds(before => before + 1), 1000);
		return () => clearInterval(timer);
	}, []);
	return seconds < 2 ? null : <span className="number"> {seconds} s</span>;
};
