{{ config(materialized='table') }}

{#- What each touched event used and costs by meter without the newest price rows. Grain: event_id. -#}

{{ llm_cost.touched_costs('before') }}
