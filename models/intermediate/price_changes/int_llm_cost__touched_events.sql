{{ config(materialized='table') }}

{#- The billable events whose price may have changed with the newest price rows: what is priced twice, with them and without.
    Grain: event_id. -#}

with usage_events as (
    select * from {{ ref('int_llm_cost__usage_events') }} where not_billable_reason is null
),

changed_models as (
    select * from {{ ref('int_llm_cost__changed_models') }}
),

events as (
    {{ llm_cost.with_contract_account('usage_events') }}
)

select
    events.event_id,
    events.occurred_at,
    events.provider,
    events.model_requested,
    events.model_served,
    events.service_tier,
    events.region_scope,
    events.api_key_id,
    events.project_id,
    events.billing_account_id,
    events.search_context_size,
    events.total_input_tokens,
    {% for column in llm_cost.usage_quantities() -%}
        events.{{ column }}{{ ',' if not loop.last }}
    {% endfor %}
from events
-- grain: the key is unique in changed_models
inner join changed_models
    on
        events.provider = changed_models.provider
        and coalesce(events.model_served, events.model_requested) = changed_models.model_logged
        and events.service_tier = changed_models.service_tier
        and events.region_scope = changed_models.region_scope
        and coalesce(events.contract_account, '') = coalesce(changed_models.contract_account, '')
        and events.occurred_at >= changed_models.valid_from
        and events.occurred_at < changed_models.valid_to
