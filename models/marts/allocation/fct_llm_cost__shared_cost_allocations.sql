{#- Who pays how much of each shared pool, to the minor unit, with what it follows from. -#}

select
    pool_id,
    period,
    issuer,
    category,
    description,
    pool_amount,
    pool_currency,
    fx_rate,
    currency,
    pool_amount_converted,
    receiving_team,
    receiver_kind,
    method,
    driver,
    driver_value,
    share_ratio,
    exact_amount,
    allocated_amount,
    cast(cast(allocated_amount as decimal(37, 18)) - cast(exact_amount as decimal(37, 18)) as decimal(38, 18)) as rounding_amount,
    allocated_minor_units,
    path,
    parts
from {{ ref('int_llm_cost__pool_allocations') }}
