import type { CSSProperties, ReactNode } from 'react';
import type { TrackDescription } from '../../engine/protocol/messages.js';
import type { Seconds } from '../../engine/time/time.js';
import { lanesOf, type Mark, type TrackLanes } from '../state/track-lanes.js';
import './track-labels.css';

/**
 * What people ask of a track, drawn along its waveform: sections and their energy above it, moments on it, vocals and loops
 * below. Paler is less sure; the tips say how sure. Pressing a section goes there.
 *
 * @param children - the waveform, as wide as its place
 */
export const TrackLabels = ({
	description,
	onSeek,
	children,
}: {
	description: TrackDescription | null;
	onSeek: (to: Seconds) => void;
	children: ReactNode;
}) => {
	const lanes = description && { ...lanesOf(description), duration: description.duration };
	// The waveform keeps its place in the tree: it is drawn by a library, which would lose it.
	return (
		<div className="track-labels">
			{lanes && <Sections {...lanes} onSeek={onSeek} />}
			<div className="on-wave">
				{children}
				{lanes && (
					<>
						<ul className="boundaries" aria-hidden="true">
							{lanes.sections.slice(1).map(section => (
								<li key={section.start} style={placed(section, lanes.duration)} />
							))}
						</ul>
						<Lane name="Moments" marks={lanes.moments} duration={lanes.duration} className="moments" />
					</>
				)}
			</div>
			{lanes && <Lane name="Vocals" marks={lanes.vocals} duration={lanes.duration} className="vocals" />}
			{lanes && <Lane name="Loops" marks={lanes.loops} duration={lanes.duration} className="loops" />}
			{lanes && <p className="dim facts">{lanes.facts.join(' · ')}</p>}
		</div>
	);
};

type SectionsProps = Pick<TrackLanes, 'sections'> & {
	readonly duration: Seconds;
	readonly onSeek: (to: Seconds) => void;
};

const Sections = ({ sections, duration, onSeek }: SectionsProps) => (
	<ul className="lane sections" aria-label="Sections">
		{sections.map(({ hue, energy, ...section }) => (
			<li key={section.start} style={{ ...placed(section, duration), '--hue': hue } as CSSProperties}>
				<button type="button" title={section.tip} aria-label={section.tip} onClick={() => onSeek(section.start)}>
					{section.text}
				</button>
				<span
					className="energy"
					role="img"
					title={energy.tip}
					aria-label={energy.tip}
					style={{ height: ENERGY_ROOM * energy.height, opacity: opacityOf(energy.sureness) }}
				/>
			</li>
		))}
	</ul>
);

/** Pixels of the highest energy. */
const ENERGY_ROOM = 10;

const Lane = (props: { name: string; marks: readonly Mark[]; duration: Seconds; className: string }) =>
	props.marks.length > 0 && (
		<ul className={`lane ${props.className}`} aria-label={props.name}>
			{props.marks.map(mark => (
				<li
					key={`${mark.text} ${mark.start}`}
					title={mark.tip}
					data-late={mark.start > 0.85 * props.duration}
					style={{ ...placed(mark, props.duration), opacity: opacityOf(mark.sureness) }}
				>
					<span aria-hidden="true">{mark.text}</span>
					<span className="unseen">{mark.tip}</span>
				</li>
			))}
		</ul>
	);

const placed = ({ start, end, sureness }: Mark, duration: Seconds): CSSProperties =>
	({
		left: `${(100 * start) / duration}%`,
		width: `${(100 * (end - start)) / duration}%`,
		'--sureness': sureness,
	}) as CSSProperties;

const opacityOf = (sureness: number): number => 0.4 + 0.6 * sureness;
