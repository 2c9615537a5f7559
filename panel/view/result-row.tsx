// biome-ignore-all lint/a11y/useSemanticElements: a row here is a grid row with one focus, which no table row is
// biome-ignore-all lint/a11y/useFocusableInteractive: the row has the focus, its cells have not
import Pause from '@spectrum-icons/workflow/Pause';
import Play from '@spectrum-icons/workflow/Play';
import ThumbDownOutline from '@spectrum-icons/workflow/ThumbDownOutline';
import { useMemo } from 'react';
import type { Reason, Suggestion } from '../../engine/protocol/messages.js';
import { soundKey } from '../client/sounds.js';
import { type OpenCut, resultsOf } from '../state/view-state.js';
import { clock } from '../state/words.js';
import { Canvas } from './canvas.js';
import { paintCrop } from './drawings.js';
import { FavouriteButton } from './favourite-button.js';
import { usePage, usePlayer, useView } from './page-context.js';
import { PlaceButton } from './place-button.js';
import { Playhead, scrubbing } from './strip.js';

type ResultRowProps = {
	readonly open: OpenCut;
	readonly suggestion: Suggestion;
	readonly index: number;
	readonly isSelected: boolean;
};

/** One crop: which seconds of which song, its waveform under the cuts, and why. */
export const ResultRow = ({ open: { cut, range }, suggestion, index, isSelected }: ResultRowProps) => {
	const { store, player } = usePage();
	const playing = usePlayer();
	const isRefining = resultsOf(useView().cut)?.refining ?? false;
	const { track, crop, reasons } = suggestion;
	const key = soundKey(suggestion);
	const isHeard = playing.state === 'running' && playing.heard === key && playing.awaited === null;
	const isAwaited = playing.state !== 'stopped' && playing.awaited === key;
	const problem = playing.state !== 'loading' && playing.problem?.key === key ? playing.problem.text : null;
	const paint = useMemo(() => paintCrop(cut, range, suggestion, isSelected), [cut, range, suggestion, isSelected]);
	const select = (): void => store.dispatch({ type: 'select', index });
	const toggle = (): void => {
		if (isHeard || isAwaited) {
			player.pause();
			return;
		}
		select();
		player.play();
	};
	const by = track.artist === null ? '' : ` by ${track.artist}`;
	const stretch = `${clock(crop.start)}–${clock(crop.end)}`;
	return (
		<div
			role="row"
			aria-selected={isSelected}
			aria-label={`${index + 1}: ${track.title}${by}, ${stretch}. ${reasons.map(({ text }) => text).join('; ')}`}
			tabIndex={isSelected ? 0 : -1}
			className="row track"
			onFocus={event => {
				if (event.target === event.currentTarget && !isSelected) select();
			}}
		>
			<div className="head" role="gridcell">
				<button
					type="button"
					className="play"
					aria-pressed={isHeard || isAwaited}
					aria-label={`Play ${track.title}`}
					tabIndex={isSelected ? 0 : -1}
					onClick={toggle}
				>
					{isHeard || isAwaited ? <Pause size="S" /> : <Play size="S" />}
				</button>
				<span className="names" onPointerDown={select}>
					<span className="title" title={track.path}>
						<span className="dim number">{index + 1}</span> {track.title}
					</span>
					<span className="artist dim" title={track.album ?? undefined}>
						{track.artist ?? 'Unknown artist'}
					</span>
				</span>
				<span className="number stretch" title="Which seconds of the song">
					{stretch}
					{isAwaited && <span className="dim">loading</span>}
				</span>
			</div>
			<div className="lane" role="gridcell">
				<div
					className="axis wave"
					{...scrubbing(range, time => {
						if (!isSelected) select();
						player.seek(time);
					})}
				>
					<Canvas paint={paint} />
					<Playhead />
				</div>
				<div className="row-foot">
					<p className="reasons">
						{problem !== null && (
							<span className="against" role="alert">
								{problem}
							</span>
						)}
						{inOrder(isRefining ? reasons : reasons.filter(({ code }) => !CLOSE_UP.includes(code))).map(
							({ code, text }) => (
								<span key={code} className={kindOf(code)}>
									{text}
								</span>
							),
						)}
					</p>
					<span className="row-actions">
						<FavouriteButton track={track} isReachable={isSelected} />
						<RejectButton index={index} title={track.title} isSelected={isSelected} />
						{isSelected && <RowActions />}
						<PlaceButton index={index} title={track.title} isSelected={isSelected} />
					</span>
				</div>
			</div>
		</div>
	);
};

/** Takes this pick off the list of this edit. */
const RejectButton = ({ index, title, isSelected }: { index: number; title: string; isSelected: boolean }) => {
	const { store, commands } = usePage();
	return (
		<button
			type="button"
			className="row-action icon"
			aria-label={`Reject ${title} for this edit`}
			aria-keyshortcuts={isSelected ? 'X' : undefined}
			title="Reject for this edit (X)"
			tabIndex={isSelected ? 0 : -1}
			onClick={() => {
				store.dispatch({ type: 'select', index });
				void commands.verdicts.reject();
			}}
		>
			<ThumbDownOutline size="XS" />
		</button>
	);
};

/** What can be done with the selected pick. */
const RowActions = () => {
	const { store, commands } = usePage();
	const { cut } = useView();
	const isRefining = resultsOf(cut)?.refining ?? false;
	return (
		<>
			{!isRefining && (
				<button
					type="button"
					className="row-action"
					aria-keyshortcuts="D"
					onClick={() => store.dispatch({ type: 'refine', refining: true })}
				>
					Refine
				</button>
			)}
			<button type="button" className="row-action" aria-keyshortcuts="M" onClick={() => void commands.cuts.lean(true)}>
				More like this
			</button>
			<button type="button" className="row-action" aria-keyshortcuts="N" onClick={() => void commands.cuts.lean(false)}>
				Less like this
			</button>
		</>
	);
};

/** Facts for those who look closely; in a list they would be noise. */
const CLOSE_UP: readonly Reason['code'][] = ['best-segment', 'worst-segment'];

const FOR: readonly Reason['code'][] = [
	'cuts-on-beats',
	'cuts-on-onsets',
	'energy-rises',
	'accents-follow',
	'energy-follows',
	'starts-on-phrase',
	'ends-on-phrase',
];
const AGAINST: readonly Reason['code'][] = ['weak', 'vocals-under-speech', 'song-shorter'];

/** What speaks against a crop comes first: it must not be overlooked. */
const inOrder = (reasons: readonly Reason[]): readonly Reason[] => [
	...reasons.filter(({ code }) => AGAINST.includes(code)),
	...reasons.filter(({ code }) => !AGAINST.includes(code)),
];

const kindOf = (code: Reason['code']): string => {
	if (AGAINST.includes(code)) return 'against';
	return FOR.includes(code) ? 'for' : '';
};
