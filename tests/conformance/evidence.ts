import type { Revision } from './requirement-sets.ts';

const call = (tool: string): string => `tools/call ${tool}`;

/**
 * What each required scenario sends. Several scenarios pass against a port where nothing listens, so a pass counts only
 * together with the arrival of its request.
 */
export const REQUEST_OF: Readonly<Record<string, string>> = {
  'server-initialize': 'initialize',
  'server-stateless': 'server/discover',
  'logging-set-level': 'logging/setLevel',
  ping: 'ping',
  'completion-complete': 'completion/complete',
  'tools-list': 'tools/list',
  'tools-call-simple-text': call('test_simple_text'),
  'tools-call-image': call('test_image_content'),
  'tools-call-audio': call('test_audio_content'),
  'tools-call-embedded-resource': call('test_embedded_resource'),
  'tools-call-mixed-content': call('test_multiple_content_types'),
  'tools-call-with-logging': call('test_tool_with_logging'),
  'tools-call-error': call('test_error_handling'),
  'tools-call-with-progress': call('test_tool_with_progress'),
  'tools-call-sampling': call('test_sampling'),
  'tools-call-elicitation': call('test_elicitation'),
  'elicitation-sep1034-defaults': call('test_elicitation_sep1034_defaults'),
  'elicitation-sep1330-enums': call('test_elicitation_sep1330_enums'),
  'server-sse-multiple-streams': 'tools/list',
  'resources-list': 'resources/list',
  'resources-read-text': 'resources/read test://static-text',
  'resources-read-binary': 'resources/read test://static-binary',
  'resources-templates-read': 'resources/read test://template/123/data',
  'resources-subscribe': 'resources/subscribe test://watched-resource',
  'resources-unsubscribe': 'resources/unsubscribe test://watched-resource',
  'sep-2164-resource-not-found': 'resources/read test://nonexistent-resource-for-conformance-testing',
  'prompts-list': 'prompts/list',
  'prompts-get-simple': 'prompts/get test_simple_prompt',
  'prompts-get-with-args': 'prompts/get test_prompt_with_arguments',
  'prompts-get-embedded-resource': 'prompts/get test_prompt_with_embedded_resource',
  'prompts-get-with-image': 'prompts/get test_prompt_with_image',
  'dns-rebinding-protection': 'tools/list',
  caching: 'resources/templates/list',
  'input-required-result-basic-elicitation': call('test_input_required_result_elicitation'),
  'input-required-result-basic-sampling': call('test_input_required_result_sampling'),
  'input-required-result-basic-list-roots': call('test_input_required_result_list_roots'),
  'input-required-result-request-state': call('test_input_required_result_request_state'),
  'input-required-result-multiple-input-requests': call('test_input_required_result_multiple_inputs'),
  'input-required-result-multi-round': call('test_input_required_result_multi_round'),
  'input-required-result-missing-input-response': call('test_input_required_result_elicitation'),
  'input-required-result-non-tool-request': 'prompts/get test_input_required_result_prompt',
  'input-required-result-result-type': call('test_input_required_result_elicitation'),
  'input-required-result-unsupported-methods': 'prompts/list',
  'input-required-result-tampered-state': call('test_input_required_result_tampered_state'),
  'input-required-result-capability-check': call('test_input_required_result_capabilities'),
  'input-required-result-ignore-extra-params': call('test_input_required_result_elicitation'),
  'input-required-result-validate-input': call('test_input_required_result_elicitation'),
};

/** Recommendations (SHOULD) that we do not follow, by check, with the reason. */
export const DECLINED: Readonly<Record<string, string>> = {
  'sep-2322-ignore-unexpected-params':
    'answers count only for questions that were asked: consent that nobody has asked for is no consent, and the audit must not say so',
};

/** What the hub adds: it promises that its lists may change, and the fixture behind it has no tool that would change them. */
export const DECLINED_BEHIND_HUB: Readonly<Record<string, string>> = {
  ...DECLINED,
  'sep-2575-server-sends-prompts-list-changed-on-subscription': 'nothing changes in the fixture',
  'sep-2575-server-sends-tools-list-changed-on-subscription': 'nothing changes in the fixture',
};

/** Scenarios beyond the required ones that must not get worse. */
export const BEYOND: Readonly<Record<Revision, readonly string[]>> = {
  '2025-11-25': ['server-session-lifecycle', 'json-schema-2020-12'],
  '2026-07-28': ['json-schema-2020-12', 'http-header-validation', 'http-custom-header-server-validation'],
};
