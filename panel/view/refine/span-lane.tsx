import { type KeyboardEvent, useId } from 'react';
import type { Span } from '../../../engine/time/time.js';
import { xOf } from '../../state/time-axis.js';

export type LaneSpan = Span & {
	/** Written into the block where there is room. */
	readonly mark: string;
	/** What the block is to somebody who can't see it. */
	readonly name: string;
	/** How strongly it is drawn, in [0, 1]; null for the plain ground. */
	readonly strength: number | null;
};

type SpanLaneProps = {
	readonly label: string;
	readonly kind: 'segments' | 'sections';
	readonly spans: readonly LaneSpan[];
	readonly axis: Span;
	readonly selected: number | null;
	readonly onSelect: (index: number) => void;
	/** Enter, or a click on what is selected already. */
	readonly onHear: (index: number) => void;
};

/** Stretches of time side by side on an axis, of which one is chosen: by click, or with the arrow keys. */
export const SpanLane = ({ label, kind, spans, axis, selected, onSelect, onHear }: SpanLaneProps) => {
	const id = useId();
	const percent = (time: number): number => Math.max(0, Math.min(100, xOf(time, axis, 100)));
	const shown = spans
		.map((span, index) => ({ ...span, index }))
		.filter(({ start, end }) => end > axis.start && start < axis.end);
	const onKeyDown = (event: KeyboardEvent): void => {
		const at = shown.findIndex(({ index }) => index === selected);
		const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: shown.length - 1 }[event.key];
		if (to !== undefined) onSelect(shown[Math.max(0, Math.min(shown.length - 1, to))]!.index);
		else if ((event.key === 'Enter' || event.key === ' ') && selected !== null) onHear(selected);
		else return;
		event.preventDefault();
	};
	return (
		<div
			role="listbox"
			aria-label={label}
			aria-orientation="horizontal"
			aria-activedescendant={selected === null ? undefined : `${id}-${selected}`}
			tabIndex={0}
			className={`span-lane ${kind}`}
			onKeyDown={onKeyDown}
		>
			{shown.map(({ index, start, end, mark, name, strength }) => {
				const left = percent(start);
				return (
					// biome-ignore lint/a11y/useKeyWithClickEvents: the list box around it answers the keys
					// biome-ignore lint/a11y/useFocusableInteractive: the list box has the focus, and names the option it is on
					<div
						key={index}
						id={`${id}-${index}`}
						role="option"
						aria-selected={index === selected}
						aria-label={name}
						className="span"
						title={name}
						style={{
							left: `${left}%`,
							width: `${percent(end) - left}%`,
							...(strength !== null && { '--strength': strength }),
						}}
						onClick={() => (index === selected ? onHear(index) : onSelect(index))}
					>
						<span className="span-mark" aria-hidden="true">
							{mark}
						</span>
					</div>
				);
			})}
		</div>
	);
};
