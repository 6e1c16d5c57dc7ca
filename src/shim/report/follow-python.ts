import { createHandedOver } from '../../decision/evaluate-call.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Start } from '../../model/decision.ts';

/** Returns the decision with the Python that pip worked on: --python, PIP_PYTHON or pip.conf may lead to another one. */
export function followPython(context: CallContext, decision: Start): Start {
  const { resolution, pip } = decision;
  const origin = pip.settings().origins.python;
  const handed = origin === null ? null : createHandedOver(context, pip);
  const interpreter = handed?.interpreter ?? null;
  if (origin === null || handed === null || interpreter === null || resolution.kind !== 'resolved') return decision;
  const evidence = origin.kind === 'command-line' ? ({ kind: 'name', name: '--python' } as const) : origin;
  return {
    ...decision,
    resolution: { ...resolution, interpreter, source: 'versioned-name', evidence, pipRunner: pip.runner },
    pip: handed,
  };
}
