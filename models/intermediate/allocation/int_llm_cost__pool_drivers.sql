{{ config(materialized='table') }}

{#- What each receiver's part of a rule is measured by, as a whole number: its share is this number of the rule's sum. A rule whose
    receivers have nothing gets its fallback: the month before, an even split, one central row or one unallocated row.
    Grain: pool_id × period × rule × receiver_kind × receiver. -#}

with pools as (
    select * from {{ ref('int_llm_cost__shared_pools') }}
),

rules as (
    select * from {{ ref('int_llm_cost__pool_rules') }}
),

candidates as (
    select * from {{ ref('int_llm_cost__pool_candidates') }}
),

receivers as (
    select * from {{ ref('int_llm_cost__pool_receivers') }}
),

capacity_shares as (
    select * from {{ ref('int_llm_cost__capacity_shares') }}
),

totals as (
    select
        pool_id,
        period,
        rule,
        max(case when driver_value * case when weight > 0 then 1 else 0 end > 0 then 1 else 0 end) as has_driver,
        max(case when prior_driver_value * case when weight > 0 then 1 else 0 end > 0 then 1 else 0 end) as has_prior_driver,
        count(driver_value) as receivers_now
    from candidates
    group by pool_id, period, rule
),

fallbacks as (
    select
        rules.pool_id,
        rules.period,
        rules.rule,
        rules.method,
        rules.driver,
        rules.whole_e12,
        case
            when rules.method in ('central', 'unallocated') then rules.method
            when rules.method = 'capacity' then 'capacity'
            when totals.has_driver = 1 then 'now'
            when rules.method = 'prepaid' then 'now'
            when rules.method = 'fixed_percent' then 'unallocated'
            when pools.zero_driver = 'prior_period' and totals.has_prior_driver = 1 then 'prior'
            when pools.zero_driver = 'even' and totals.receivers_now > 0 then 'even'
            when pools.zero_driver = 'central' then 'central'
            else 'unallocated'
        end as basis
    from rules
    -- grain: (pool_id, period) is unique in pools
    inner join pools on rules.pool_id = pools.pool_id and rules.period = pools.period
    -- grain: (pool_id, period, rule) is unique in totals
    left join totals on rules.pool_id = totals.pool_id and rules.period = totals.period and rules.rule = totals.rule
),

measured as (
    select
        candidates.pool_id,
        candidates.period,
        candidates.rule,
        candidates.receiver_kind,
        candidates.receiver,
        fallbacks.basis,
        case fallbacks.basis when 'prior' then candidates.prior_driver_value else candidates.driver_value end as driver_value,
        case fallbacks.basis
            when 'even' then {{ llm_cost.whole(1) }}
            when 'prior' then {{ llm_cost.e12('candidates.prior_driver_value') }}
            else {{ llm_cost.e12('candidates.driver_value') }}
        end as measure,
        case when fallbacks.basis = 'even' then {{ llm_cost.power_of_ten(6) }} else {{ llm_cost.millionths('candidates.weight') }} end as weight,
        candidates.floor_minor,
        candidates.cap_minor
    from candidates
    -- grain: (pool_id, period, rule) is unique in fallbacks
    inner join fallbacks
        on
            candidates.pool_id = fallbacks.pool_id
            and candidates.period = fallbacks.period
            and candidates.rule = fallbacks.rule
            and fallbacks.basis in ('now', 'prior', 'even')
),

-- what is missing to the whole: of 100 percent, or of the value of the credits
wholes as (
    select
        fallbacks.pool_id,
        fallbacks.period,
        fallbacks.rule,
        fallbacks.method,
        case when fallbacks.method = 'prepaid' then fallbacks.whole_e12 else cast('100000000000000' as decimal(38, 0)) end
        - coalesce(sum({{ llm_cost.e12('coalesce(receivers.percent, measured.driver_value)') }}), 0) as missing
    from fallbacks
    -- grain: many receivers a rule, summed up
    left join measured
        on
            case when fallbacks.method = 'prepaid' then fallbacks.pool_id end = measured.pool_id
            and fallbacks.period = measured.period
            and fallbacks.rule = measured.rule
    -- grain: many receivers a rule, summed up; those of a chain that receive nothing count here
    left join receivers
        on
            case when fallbacks.method = 'fixed_percent' then fallbacks.pool_id end = receivers.pool_id
            and fallbacks.period = receivers.period
            and fallbacks.rule = receivers.rule
            and receivers.excluded = 0
            and receivers.is_now = 1
    where fallbacks.method in ('prepaid', 'fixed_percent') and fallbacks.basis = 'now'
    group by fallbacks.pool_id, fallbacks.period, fallbacks.rule, fallbacks.method, fallbacks.whole_e12
),

all_rows as (
    select * from measured
    where measure is not null
    union all
    select
        pool_id,
        period,
        rule,
        case when method = 'prepaid' then 'remaining' else 'unallocated' end as receiver_kind,
        case when method = 'prepaid' then '__remaining__' else '__unallocated__' end as receiver,
        'now' as basis,
        cast(null as decimal(28, 12)) as driver_value,
        missing as measure,
        {{ llm_cost.power_of_ten(6) }} as weight,
        cast(null as decimal(38, 0)) as floor_minor,
        cast(null as decimal(38, 0)) as cap_minor
    from wholes
    where missing > 0
    union all
    select
        pool_id,
        period,
        rule,
        basis as receiver_kind,
        '__' || basis || '__' as receiver,
        basis,
        cast(null as decimal(28, 12)) as driver_value,
        {{ llm_cost.whole(1) }} as measure,
        {{ llm_cost.power_of_ten(6) }} as weight,
        cast(null as decimal(38, 0)) as floor_minor,
        cast(null as decimal(38, 0)) as cap_minor
    from fallbacks
    where basis in ('central', 'unallocated')
    union all
    select
        pool_id,
        period,
        rule,
        receiver_kind,
        receiver,
        'capacity' as basis,
        driver_value,
        measure,
        {{ llm_cost.power_of_ten(6) }} as weight,
        cast(null as decimal(38, 0)) as floor_minor,
        cast(null as decimal(38, 0)) as cap_minor
    from capacity_shares
),

-- a weight that all have is none
longest as (
    select
        pool_id,
        period,
        rule,
        length(cast(max(measure) as string)) as measure_digits,
        case when min(weight) = max(weight) then 0 else length(cast(max(weight) as string)) end as weight_digits
    from all_rows
    group by pool_id, period, rule
),

-- where a product of weight and driver is long, the zeros that all numbers of the rule end in are cut off
zeros as (
    select
        all_rows.pool_id,
        all_rows.period,
        all_rows.rule,
        min({{ llm_cost.trailing_zeros('all_rows.measure') }}) as measure_zeros,
        min(case when longest.weight_digits = 0 then 0 else {{ llm_cost.trailing_zeros('all_rows.weight') }} end) as weight_zeros
    from all_rows
    -- grain: (pool_id, period, rule) is unique in longest
    inner join longest on all_rows.pool_id = longest.pool_id and all_rows.period = longest.period and all_rows.rule = longest.rule
    where longest.measure_digits + longest.weight_digits > 22
    group by all_rows.pool_id, all_rows.period, all_rows.rule
),

shortened as (
    select
        all_rows.*,
        longest.measure_digits - coalesce(zeros.measure_zeros, 0) + longest.weight_digits - coalesce(zeros.weight_zeros, 0) as digits,
        case
            when coalesce(zeros.measure_zeros, 0) = 0 then all_rows.measure
            else {{ llm_cost.integer_quotient('all_rows.measure', llm_cost.power_of_ten('least(zeros.measure_zeros, 37)')) }}
        end as short_measure,
        case
            when longest.weight_digits = 0 then {{ llm_cost.whole(1) }}
            when coalesce(zeros.weight_zeros, 0) = 0 then all_rows.weight
            else {{ llm_cost.integer_quotient('all_rows.weight', llm_cost.power_of_ten('least(zeros.weight_zeros, 37)')) }}
        end as short_weight
    from all_rows
    -- grain: (pool_id, period, rule) is unique in longest and in zeros
    inner join longest on all_rows.pool_id = longest.pool_id and all_rows.period = longest.period and all_rows.rule = longest.rule
    left join zeros on all_rows.pool_id = zeros.pool_id and all_rows.period = zeros.period and all_rows.rule = zeros.rule
)

select
    pool_id,
    period,
    rule,
    case
        when receiver_kind = 'team' and receiver like '#_#_%#_#_' escape '#' then replace(receiver, '__', '')
        else receiver_kind
    end as receiver_kind,
    receiver,
    basis,
    driver_value,
    -- NULL where the product has too many digits: int_llm_cost__allocation_errors says so
    case when digits <= 27 then short_measure * short_weight end as driver_units,
    floor_minor,
    cap_minor
from shortened
