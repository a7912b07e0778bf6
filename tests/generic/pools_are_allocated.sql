{% test pools_are_allocated(model, to) %}
    {#- Every pool is allocated to its last minor unit: the rows of a pool and month, differences between rates aside, add up to its
        amount, and no pool is without rows. -#}
    {%- set message -%}
        'pool ' || pool_id || ' of ' || period || ' is ' || cast(pool_units as string) || ' minor units, but {{ model.identifier }} allocates '
        || cast(allocated_units as string) || '. Look for the lost or doubled line in int_llm_cost__receiver_values; nothing may be charged before it is found.'
    {%- endset %}
    with allocated as (
        select
            pool_id,
            period,
            sum(allocated_minor_units) as allocated_units
        from {{ model }}
        where receiver_kind <> 'fx_difference'
        group by pool_id, period
    ),

    sums as (
        select
            pools.pool_id,
            pools.period,
            pools.sign * pools.size_minor as pool_units,
            coalesce(allocated.allocated_units, 0) as allocated_units,
            allocated.pool_id is null as is_missing
        from {{ to }} as pools
        -- grain: (pool_id, period) is unique in both
        left join allocated on pools.pool_id = allocated.pool_id and pools.period = allocated.period
    )

    select *
    from sums
    where {{ llm_cost.fails_with('pool_units <> allocated_units or is_missing', message) }}
{% endtest %}
