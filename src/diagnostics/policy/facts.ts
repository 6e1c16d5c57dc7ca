import { findBypass, hasBypass, type Bypass } from './find-bypass.ts';
import { findBypassBan } from '../../policy/evaluate.ts';
import type { PolicyCode } from '../../model/diagnostic.ts';
import type { CallFacts, FactSource } from '../../model/facts.ts';
import type { PipSetting, SettingOrigin, UnknownFile } from '../../model/pip-call.ts';
import type { PolicyLayer, PolicyVerdict } from '../../model/policy.ts';
import { readDistutilsSettings } from '../../pip/distutils-settings.ts';
import { gatherIndexFacts, WITHOUT_INDEX, type WithIndex } from '../index/facts.ts';

/** A rule is not kept: pip was refused, or a layer only advises against the call. */
export type PolicyFinding = {
  readonly code: PolicyCode;
  readonly refused: boolean;
  readonly verdict: PolicyVerdict;
};

/** What messages about rules mention beside the rules themselves. */
type Own = WithIndex & {
  /** Where pip hands over to (--python, PIP_PYTHON, pip.conf); null if it works on the interpreter that it is started with. */
  readonly otherPython: PipSetting | null;
  /** Where --user, --break-system-packages or a redirection was said; null if none was. */
  readonly askedBy: SettingOrigin | null;
  /** Files with settings of pip that could not be read, and why. */
  readonly unknownSettings: readonly UnknownFile[];
  /** Version of the pip that would run; null if unknown. */
  readonly pipVersion: string | null;
  /** Whether PIPWARD_BYPASS is set. */
  readonly hasBypass: boolean;
  /** The file that forbids a bypass; null if none does. */
  readonly bypassBan: PolicyLayer | null;
  /** What PIPWARD_BYPASS would do; null if it is set, or would not help. */
  readonly bypass: Bypass | null;
};

export type PolicyFacts = CallFacts & Own;

/** Gathers what a message about a rule mentions. */
export function gatherPolicyFacts({ code }: PolicyFinding, source: FactSource): Own {
  const { context, decision } = source;
  if (decision === null) return WITHOUT_MACHINE;
  const { command, pip } = decision;
  const { python, origins, unknown } = pip.settings();
  const distutils =
    pip.interpreter === null ? null : readDistutilsSettings(context, command, pip.interpreter, pip.version);
  const asked = code === 'break-system-packages-forbidden' ? origins.breakSystemPackages : origins.user;
  return {
    ...(code === 'python-not-allowed' ? gatherIndexFacts(source) : WITHOUT_INDEX),
    otherPython: python === null || origins.python === null ? null : { value: python, origin: origins.python },
    askedBy: asked ?? distutils?.user ?? origins.redirection ?? distutils?.places[0]?.origin ?? null,
    unknownSettings: [...unknown, ...(distutils?.unknown ?? [])],
    pipVersion: pip.version(),
    hasBypass: hasBypass(context),
    bypassBan: findBypassBan(decision.layers),
    bypass: findBypass(decision, context, source.findLogFault),
  };
}

export const WITHOUT_MACHINE: Own = {
  ...WITHOUT_INDEX,
  otherPython: null,
  askedBy: null,
  unknownSettings: [],
  pipVersion: null,
  hasBypass: false,
  bypassBan: null,
  bypass: null,
};
