{{ config(materialized='table') }}

{#- Each (provider, model, tier, region, account) that needs a price card, with the name it is billed under: what was used,
    what the scenarios would use instead, and with card_set `before` what the newest price rows may have changed. Everything
    below resolves these few rows, so that the millions of events need one join. -#}

with used as (
    select * from {{ ref('int_llm_cost__logged_models') }}
),

scenario_rules as (
    select * from {{ ref('int_llm_cost__scenario_rules') }}
),

new_rows as (
    select * from {{ ref('int_llm_cost__new_price_rows') }}
),

provider_names as (
    select
        {{ llm_cost.seed_text('logged_name') }} as logged_name,
        {{ llm_cost.seed_text('provider') }} as provider
    from {{ ref('llm_cost', 'providers') }}
),

wanted as (
    select 'current' as card_set, used.* from used

    union all

    select 'before' as card_set, used.* from used where used.provider in (select new_rows.provider from new_rows)

    union all

    select
        'current' as card_set,
        coalesce(scenario_rules.to_provider, used.provider) as provider,
        coalesce(scenario_rules.to_model, used.model_logged) as model_logged,
        coalesce(scenario_rules.to_service_tier, used.service_tier) as service_tier,
        used.region_scope,
        used.contract_account,
        least(used.first_seen_at, coalesce(scenario_rules.card_at, used.first_seen_at)) as first_seen_at,
        greatest(used.last_seen_at, coalesce(scenario_rules.card_at, used.last_seen_at)) as last_seen_at
    from used
    -- grain: many rules a used model, narrowed to distinct rows below
    inner join scenario_rules on used.provider = coalesce(scenario_rules.provider, used.provider)
),

distinct_models as (
    select
        card_set,
        provider,
        model_logged,
        service_tier,
        region_scope,
        contract_account,
        lower(model_logged) as full_name,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from wanted
    group by card_set, provider, model_logged, service_tier, region_scope, contract_account
),

-- a gateway may write the provider before the name; a hosted model's full resource name ends in the model
shortened as (
    select
        distinct_models.*,
        case
            when distinct_models.provider = 'aws' then regexp_replace(replace(distinct_models.full_name, '%3a', ':'), '^.*/', '')
            when distinct_models.provider = 'google' then regexp_replace(distinct_models.full_name, '^(.*models|google|gemini|vertex_ai)/', '')
            when provider_names.logged_name is not null then substr(distinct_models.full_name, length(provider_names.logged_name) + 2)
            else distinct_models.full_name
        end as short_name
    from distinct_models
    -- grain: logged_name is unique in the seed
    left join provider_names
        on
            distinct_models.provider = provider_names.provider
            and split_part(distinct_models.full_name, '/', 1) = provider_names.logged_name
            and distinct_models.full_name like '%/%'
)

select
    row_number() over (order by case card_set when 'current' then 0 else 1 end, provider, model_logged, service_tier, region_scope, coalesce(contract_account, '')) as used_model_id,
    card_set,
    provider,
    model_logged,
    service_tier,
    region_scope,
    contract_account,
    first_seen_at,
    last_seen_at,
    full_name,
    case
        when provider = 'aws' then regexp_replace(short_name, '^(us|eu|apac|jp|au|ca|in|global|us-gov)[.]', '')
        else short_name
    end as short_name,
    -- a cross-region inference profile names its region, as does LiteLLM before the model
    case
        when provider = 'aws' and short_name like 'us-gov.%' then 'us-gov'
        when provider = 'aws' and split_part(short_name, '.', 1) in ('us', 'eu', 'apac', 'jp', 'au', 'ca', 'in')
            then split_part(short_name, '.', 1)
        when provider = 'aws' and {{ llm_cost.regex_match('full_name', "'^(bedrock/)?[a-z]{2}(-gov)?-[a-z]+-[0-9]/'") }}
            then regexp_replace(regexp_replace(full_name, '^bedrock/', ''), '/.*$', '')
    end as profile_region
from shortened
